import {
  ActionIcon,
  Button,
  createTheme,
  Drawer,
  Menu,
  Modal,
  Notification,
  SegmentedControl,
  Select,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core'

/** Ink acts. The scale exists because Mantine wants ten; parts take their colours from tokens.css. */
const ink: MantineColorsTuple = ['#F5F5F2', '#E9E9E4', '#CDCDC6', '#A3A5AA', '#8B8F97', '#696B71', '#4E5055', '#2C2D31', '#1D1E21', '#000000']

const BUTTON = {
  act: ['var(--act)', 'var(--act-hover)', 'var(--on-ink)', 'var(--act)'],
  default: ['var(--sheet)', 'var(--hover)', 'var(--ink)', 'var(--line-strong)'],
  quiet: ['transparent', 'var(--hover)', 'var(--ink-2)', 'transparent'],
  production: ['var(--production-bar)', 'var(--production-bar)', 'var(--on-production)', 'var(--production-bar)'],
} as const

const overlayHead = { header: 'overlay-head', title: 'overlay-title', close: 'overlay-close', overlay: 'scrim' }

/** The head of an overlay is no banner of the page, though it is drawn with the same element. */
const overlayRoles = { header: { role: 'presentation' } }

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  colors: { ink },
  defaultRadius: 6,
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-id)',
  fontSizes: { xs: '11px', sm: '13px', md: '13px', lg: '15px', xl: '17px' },
  lineHeights: { xs: '1.45', sm: '1.54', md: '1.54', lg: '1.46', xl: '1.41' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default' },
      classNames: { root: 'btn' },
      vars: (_theme, { variant, size }) => {
        const [background, hover, color, border] = BUTTON[(variant ?? 'default') as keyof typeof BUTTON] ?? BUTTON.default
        const small = size === 'sm'
        return {
          root: {
            '--button-bg': background,
            '--button-hover': hover,
            '--button-color': color,
            '--button-hover-color': color,
            '--button-bd': `1px solid ${border}`,
            '--button-height': small ? '26px' : '30px',
            '--button-padding-x': small ? '9px' : '12px',
            '--button-fz': small ? '12px' : '13px',
          },
        }
      },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'quiet', size: 28 },
      classNames: { root: 'btn' },
      vars: () => ({ root: { '--ai-bg': 'transparent', '--ai-hover': 'var(--hover)', '--ai-color': 'var(--ink-2)', '--ai-bd': '1px solid transparent' } }),
    }),
    TextInput: TextInput.extend({ classNames: { input: 'input' } }),
    Select: Select.extend({
      defaultProps: { checkIconPosition: 'right', allowDeselect: false, comboboxProps: { shadow: 'none', transitionProps: { duration: 90 } } },
      classNames: { input: 'input', dropdown: 'overlay', option: 'option' },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'none', transitionProps: { duration: 90 } }, classNames: { dropdown: 'overlay', item: 'option', label: 'menu-label' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { events: { hover: true, focus: true, touch: true }, openDelay: 250, transitionProps: { duration: 90 }, multiline: true },
      classNames: { tooltip: 'tooltip' },
    }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: true, transitionDuration: 90, radius: 6 },
      classNames: { root: 'seg', label: 'seg-label', indicator: 'seg-indicator' },
    }),
    Drawer: Drawer.extend({
      defaultProps: { position: 'right', shadow: 'none', transitionProps: { duration: 180 }, attributes: overlayRoles },
      classNames: { content: 'drawer-content', ...overlayHead },
    }),
    Modal: Modal.extend({ defaultProps: { shadow: 'none', transitionProps: { duration: 180 }, attributes: overlayRoles }, classNames: { content: 'modal-content', ...overlayHead } }),
    Notification: Notification.extend({ classNames: { root: 'notice', title: 'notice-title', description: 'notice-text', icon: 'notice-icon' } }),
  },
})

/** Mantine's own roles, bound to ours: a token changes in one file only. */
export const variables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--sheet)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default': 'var(--sheet)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-disabled': 'var(--hover)',
    '--mantine-color-disabled-color': 'var(--ink-3)',
    '--mantine-color-anchor': 'var(--ink)',
    '--mantine-primary-color-filled': 'var(--act)',
    '--mantine-primary-color-contrast': 'var(--on-ink)',
    '--input-bd-focus': 'var(--focus)',
  },
  light: {},
  dark: {},
})
