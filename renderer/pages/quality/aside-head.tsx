import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useWords } from '#renderer/i18n/index.ts'

/** Title and way out of what stands beside the lists. */
export function AsideHead({ title, onClose }: { title: string; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="sec-h aside-title">
      <h2>{title}</h2>
      <span className="sp" />
      <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  )
}
