import { createRouterClient } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import type { ContractRouterClient } from '@orpc/contract'
import type { ApiContext } from './context.ts'
import type { Contract } from './contract/index.ts'
import { mask } from './mask.ts'
import type { Regie } from './regie.ts'
import { router } from './router/index.ts'

/** The router behind a wire: what `serveWire` speaks to. */
export const apiHandler = (): StandardRPCHandler<ApiContext> => new StandardRPCHandler<ApiContext>(router, { clientInterceptors: [mask] })

/** The same router without a wire, for the command line: same schemas, same errors, same masking. */
export function inProcess(regie: Regie, actor: string = regie.actor): ContractRouterClient<Contract> {
  return createRouterClient(router, { context: { regie, actor }, interceptors: [mask] })
}
