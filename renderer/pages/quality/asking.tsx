import { Button } from '@mantine/core'
import { useWords } from '#renderer/i18n/index.ts'
import { ProgressBar } from '#renderer/ui/progress.tsx'

/** The button that asks, and while it works, the way to stop it. */
export function Asking({ label, running, disabled = false, onCancel }: { label: string; running: boolean; disabled?: boolean; onCancel: () => void }): React.ReactElement {
  const { t } = useWords()
  if (!running)
    return (
      <Button type="submit" disabled={disabled}>
        {label}
      </Button>
    )
  return (
    <div className="quality-asking">
      <ProgressBar share={null} label={t('quality.counting')} />
      <Button size="sm" onClick={onCancel}>
        {t('quality.cancel')}
      </Button>
    </div>
  )
}
