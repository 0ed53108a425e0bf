/**
 * A certificate for 127.0.0.1 from 2020 to 2120 that nobody vouches for, and its key. `openssl req -x509
 * -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -addext
 * subjectAltName=IP:127.0.0.1`
 */
export const tls: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyOVeADl3xPk/2IW5
rJe30q+Mx1npZ3j6+9nBLxPt7EWhRANCAAS5TWZKjAFIjz4PCTPypapvREuHDYFQ
9RNbdu2dXjTEyBjgV4LX0fxosnamwoweSLgn0kLbb7bB71WayhIsay0Q
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBbDCCARKgAwIBAgIUWnKeLMvkuGD+IvrJQNUaVckSaJUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS5TWZKjAFIjz4PCTPypapvREuHDYFQ9RNbdu2dXjTEyBjgV4LX0fxo
snamwoweSLgn0kLbb7bB71WayhIsay0Qo0AwPjAPBgNVHREECDAGhwR/AAABMAwG
A1UdEwQFMAMBAf8wHQYDVR0OBBYEFMZWFZ3QGBL09FezCszWcvXN52cvMAoGCCqG
SM49BAMCA0gAMEUCIDETQvXkyptqG531p4t0ZePyLlQVvzBIISvLqlO/cXf4AiEA
9DsoJ6N/YY4UR1U2uaGlxaK/HonRL0tbElcAO1vS9pk=
-----END CERTIFICATE-----`,
}
