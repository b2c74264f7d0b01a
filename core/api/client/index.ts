export { connect, failureOf, type Client, type Connection, type ConnectOptions } from './connect.ts'
export { connectPage, takeToken } from './page.ts'
export { type ConnectionState } from './reconnecting.ts'
export { ConnectionLost } from '#core/api/wire/errors.ts'
