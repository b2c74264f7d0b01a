import { iso } from '#core/base/clock.ts'
import type { Document } from '#core/connectors/types.ts'
import type { StepDefinition } from './definition.ts'
import type { RunInput } from './step-kind.ts'
import type { PipelineDeps } from './deps.ts'
import type { StepContext } from '#core/operations/types.ts'

const LEVELS = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' } as const
type Level = keyof typeof LEVELS

/**
 * A step's log lines, to the run's log at once and to the document store at the step's end, in the platform's shape
 * {message, level, logger, timestamp, dag_id, task_id, run_id}.
 */
export class StepLog {
  readonly #context: StepContext<RunInput, PipelineDeps>
  readonly #step: StepDefinition
  readonly #lines: Document[] = []

  constructor(context: StepContext<RunInput, PipelineDeps>, step: StepDefinition) {
    this.#context = context
    this.#step = step
  }

  readonly write = (level: Level, message: string): void => {
    const { runId, attempt, clock } = this.#context
    this.#context.log(level, message)
    if (!this.#step.log) return
    const { id } = this.#step
    this.#lines.push({
      _id: `${runId}/${id}/${attempt}/${String(this.#lines.length).padStart(4, '0')}`,
      message,
      level: LEVELS[level],
      logger: `regie.pipelines.${this.#step.kind}`,
      timestamp: iso(clock.now()),
      dag_id: this.#step.log.workflow,
      task_id: id,
      run_id: runId,
    })
  }

  /** Failing to keep the copy doesn't fail the step: the run's own log has the lines. */
  async flush(): Promise<void> {
    if (!this.#step.log || this.#lines.length === 0) return
    const lines = this.#lines.splice(0)
    const { collection } = this.#step.log
    const { documents } = this.#context.deps
    try {
      await documents.upsert(collection, lines)
    } catch {
      this.#context.log('warn', `the log lines of this step could not be copied to ${collection}`)
    }
  }
}
