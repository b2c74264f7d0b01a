import { useEffect } from 'react'

let held = 0

/** While a wizard is open its environment must not change under it: the switcher asks first. */
export function useHoldEnvironment(open = true): void {
  useEffect(() => {
    if (!open) return
    held += 1
    return () => {
      held -= 1
    }
  }, [open])
}

export const environmentHeld = (): boolean => held > 0
