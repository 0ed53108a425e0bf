/** The channel on which the callback's window tells the page the address that it was sent to. */
export const callbacks = 'playground'

/** What the page says there when it has the address. */
export const taken = 'taken'
