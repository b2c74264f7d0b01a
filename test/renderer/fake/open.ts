import type { Core } from '#renderer/api/open.ts'
import type { Failure } from '#renderer/api/types.ts'
import { fakeCore } from './fake-core.ts'
import { FakeFailure } from './fake-failure.ts'

/** Same shape as renderer/api/open.ts; the scenario stands in the tab's storage. */
export function openCore(page: Window): Core {
  return fakeCore(page.sessionStorage.getItem('scenario') ?? 'normal')
}

export const failureOf = (thrown: unknown): Failure =>
  thrown instanceof FakeFailure ? thrown.failure : { code: 'INTERNAL', what: thrown instanceof Error ? thrown.message : 'The page met an error that it did not expect.', next: 'Reload the page.' }
