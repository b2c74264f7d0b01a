import type { DoctorCheck, Regie } from '#core/api/regie.ts'
import { examineMachine } from './machine.ts'
import { examineProgram } from './program.ts'
import { dated } from './dated.ts'

export { dated, examineMachine, examineProgram }

/** Everything that can be looked at; leaves nothing behind. */
export async function examine(regie: Regie, signal?: AbortSignal): Promise<DoctorCheck[]> {
  const [machine, program] = await Promise.all([examineMachine(regie.info().home, regie.clock), examineProgram(regie, signal)])
  return [...machine, ...program]
}
