/** The server answers, though not as it should: it is not down. */
export class UselessAnswer extends Error {}
