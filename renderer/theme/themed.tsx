import { createTheme, MantineProvider, mergeThemeOverrides } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { theme, variables } from './theme.ts'

/** The theme, with what it says to screen readers in the reader's language. */
export function Themed({ children }: { children: ReactNode }): React.ReactElement {
  const { t } = useWords()
  const close = t('ui.close')
  const spoken = useMemo(() => {
    const defaultProps = { 'aria-label': close }
    return mergeThemeOverrides(theme, createTheme({ components: { DrawerCloseButton: { defaultProps }, ModalCloseButton: { defaultProps }, Notification: { defaultProps: { closeButtonProps: defaultProps } } } }))
  }, [close])
  return (
    <MantineProvider theme={spoken} cssVariablesResolver={variables} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  )
}
