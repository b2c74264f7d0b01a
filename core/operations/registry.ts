import type { Json } from '#core/base/json.ts'
import { OperationUnknown } from './errors.ts'
import type { Operation } from './types.ts'

/** An operation whose own types only it knows: the engine hands back what the operation itself made. */
export type AnyOperation = Operation<unknown, Json, unknown>

/** Every operation the program carries, by id and version; old versions stay as long as runs of them may be resumed. */
export class OperationRegistry {
  readonly #byId = new Map<string, Map<number, AnyOperation>>()

  add<Input, Observed extends Json, Deps>(operation: Operation<Input, Observed, Deps>): this {
    const versions = this.#byId.get(operation.id) ?? new Map<number, AnyOperation>()
    if (versions.has(operation.version)) throw new TypeError(`operation ${operation.id} version ${operation.version} is registered twice`)
    versions.set(operation.version, operation as unknown as AnyOperation)
    this.#byId.set(operation.id, versions)
    return this
  }

  /** Throws OperationUnknown. */
  get(id: string, version: number): AnyOperation {
    const found = this.#byId.get(id)?.get(version)
    if (!found) throw new OperationUnknown(id, version)
    return found
  }

  /** Highest version of an operation. Throws OperationUnknown. */
  latest(id: string): AnyOperation {
    const versions = this.#byId.get(id)
    if (!versions) throw new OperationUnknown(id)
    return this.get(id, Math.max(...versions.keys()))
  }

  ids(): readonly string[] {
    return [...this.#byId.keys()]
  }
}
