import { readFileSync } from 'node:fs'

/**
 * Self-signed certificates and their keys, PEM, good until 2120; they are public, so that they are of
 * use on the loopback interface alone.
 */
export const certificates = {
  /** Of both servers, for 127.0.0.1. */
  servers: pem('servers'),
  warehouse: pem('warehouse'),
  /** Of nobody that the authorization server knows. */
  thief: pem('thief'),
}

function pem(name: string): string {
  return readFileSync(new URL(`loopback-certificates/${name}.pem`, import.meta.url), 'utf8')
}
