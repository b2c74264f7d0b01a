import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

/** As the theme dresses a Modal. */
const CLASSES = { content: 'modal-content', header: 'overlay-head', title: 'overlay-title', close: 'overlay-close', overlay: 'scrim' }

/** A short question or form over the page. Its head is no landmark of the page, and its cross has a name. */
export function Dialog({ title, onClose, size, children }: { title: string; onClose: () => void; size?: number | string; children: ReactNode }): React.ReactElement {
  const { t } = useWords()
  return (
    <Modal.Root opened onClose={onClose} size={size} shadow="none" transitionProps={{ duration: 180 }} classNames={CLASSES}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header role="presentation">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('ui.close')} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
