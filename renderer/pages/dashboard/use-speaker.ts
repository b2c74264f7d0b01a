import { useMemo } from 'react'
import type { ValueWords } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { speaker, type Speaker } from './values.ts'

/** Says a blueprint's texts and values in the reader's language. */
export function useSpeaker(words: ValueWords): Speaker {
  const { t, f, language } = useWords()
  return useMemo(() => speaker(words, language, f, t('ui.yes'), t('ui.no')), [words, language, f, t])
}
