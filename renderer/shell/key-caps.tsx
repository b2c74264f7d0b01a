import { useWords } from '#renderer/i18n/index.ts'

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)
const SIGNS: Readonly<Record<string, string>> = { mod: mac ? '⌘' : 'Ctrl', alt: mac ? '⌥' : 'Alt', arrowleft: '←', arrowright: '→', arrowup: '↑', arrowdown: '↓', escape: 'Esc', enter: 'Enter', '=': '+' }
const NAMED = ['shift', 'space'] as const

/** "mod+k" as keys to look at. */
export function KeyCaps({ keys }: { keys: string }): React.ReactElement | null {
  const { t } = useWords()
  if (keys === '') return null
  const name = (part: string): string => {
    const named = NAMED.find((each) => each === part)
    return named ? t(`shell.keyName.${named}`) : (SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
  }
  return (
    <span className="keycaps">
      {keys.split(' ').flatMap((press, i) => press.split('+').map((part, j) => <kbd key={`${i}-${j}`}>{name(part)}</kbd>))}
    </span>
  )
}
