/**
 * A port whose next call of one method fails with `error`, `times` times, before the call reaches the port; afterwards
 * it works. `after` lets that many calls pass first.
 */
export function failsOnce<Port extends object>(port: Port, method: keyof Port & string, error: Error, { times = 1, after = 0 } = {}): Port {
  let calls = 0
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (name !== method || typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        calls += 1
        if (calls > after && calls <= after + times) return Promise.reject(error)
        return Reflect.apply(value, target, args)
      }
    },
  })
}
