import { randomUUID } from 'node:crypto'
import type { ResourceOwner } from 'koa-resource-server'

export interface Order {
  readonly id: string
  readonly item: string
  readonly quantity: number
  readonly status: 'placed' | 'paid' | 'cancelled'
}

/** A subject is unique at its issuer only, so that both together identify an owner. (RFC 7519 §4.1.2) */
type Owner = Pick<ResourceOwner, 'issuer' | 'subject'>

/** The orders of all resource owners, in this process's memory. */
export class Orders {
  readonly #orders = new Map<string, { owner: Owner; order: Order }>()

  all(): Order[] {
    return [...this.#orders.values()].map(({ order }) => order)
  }

  of(owner: Owner): Order[] {
    return [...this.#orders.values()].filter(isOwnedBy(owner)).map(({ order }) => order)
  }

  /** Finds the owner's order; somebody else's is as if it did not exist. */
  find(owner: Owner, id: string): Order | undefined {
    return this.of(owner).find((order) => order.id === id)
  }

  place(owner: Owner, item: string, quantity: number): Order {
    return this.#save(owner, { id: randomUUID(), item, quantity, status: 'placed' })
  }

  cancel(owner: Owner, id: string): Order | undefined {
    const order = this.find(owner, id)
    return order && this.#save(owner, { ...order, status: 'cancelled' })
  }

  pay(owner: Owner, id: string): Order | undefined {
    const order = this.find(owner, id)
    return order && this.#save(owner, { ...order, status: 'paid' })
  }

  #save({ issuer, subject }: Owner, order: Order): Order {
    this.#orders.set(order.id, { owner: { issuer, subject }, order })
    return order
  }
}

function isOwnedBy({ issuer, subject }: Owner) {
  return ({ owner }: { owner: Owner }): boolean =>
    owner.issuer === issuer && owner.subject === subject
}
