import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'

/** Beside the list when there is room; a drawer below 1300 px. Without an `onClose` it is always there. */
export function Aside({ title, children, onClose, wide = false }: { title: string; children: ReactNode; onClose: () => void; wide?: boolean }): React.ReactElement {
  const narrow = useMediaQuery('(max-width: 1299px)', false, { getInitialValueInEffect: false })
  if (!narrow)
    return (
      <aside className={`aside${wide ? ' wide' : ''}`} aria-label={title}>
        {children}
      </aside>
    )
  return (
    <Drawer opened onClose={onClose} title={title} size={wide ? 500 : 420} classNames={{ content: 'drawer-content drawer-inset' }}>
      <div className="aside-body">{children}</div>
    </Drawer>
  )
}
