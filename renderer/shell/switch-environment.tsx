import { Button, Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { createContext, use, useCallback, useState, type ReactNode } from 'react'
import type { Environment } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { environmentHeld } from '#renderer/ui/hold.ts'
import { usePlace } from './environment.tsx'

const SwitchContext = createContext<(to: Environment) => void>(() => undefined)

/** Goes to another environment; asks first while a plan is open. */
export const useSwitchEnvironment = (): ((to: Environment) => void) => use(SwitchContext)

export function SwitchEnvironment({ children }: { children: ReactNode }): React.ReactElement {
  const { t } = useWords()
  const { environment } = usePlace()
  const navigate = useNavigate()
  const [asked, ask] = useState<Environment | null>(null)
  const go = useCallback((to: Environment): void => void navigate({ to: '/', search: { env: to.name } }), [navigate])
  const wanted = useCallback(
    (to: Environment): void => {
      if (to.name === environment.name) return
      if (environmentHeld()) ask(to)
      else go(to)
    },
    [environment.name, go],
  )
  const names = { environment: environment.title, other: asked?.title ?? '' }
  return (
    <SwitchContext value={wanted}>
      {children}
      <Modal opened={asked !== null} onClose={() => ask(null)} title={t('shell.switchTitle', names)} size={460} centered>
        <p>{t('shell.switchText', names)}</p>
        <div className="row" style={{ marginTop: 16, justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={() => ask(null)}>
            {t('shell.switchStay', names)}
          </Button>
          <Button
            variant="act"
            onClick={() => {
              if (asked) go(asked)
              ask(null)
            }}
          >
            {t('shell.switchGo', names)}
          </Button>
        </div>
      </Modal>
    </SwitchContext>
  )
}
