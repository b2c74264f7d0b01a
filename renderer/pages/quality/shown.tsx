import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useWords } from '#renderer/i18n/index.ts'

const route = getRouteApi('/quality')

/** Between the two halves of the page. */
export function Shown(): React.ReactElement {
  const { t } = useWords()
  const { show, pipeline } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <SegmentedControl
      aria-label={t('quality.show')}
      value={show ?? 'rules'}
      onChange={(value) => void navigate({ search: value === 'rejects' ? { show: 'rejects', pipeline } : { pipeline } })}
      data={[
        { value: 'rules', label: t('quality.showRules') },
        { value: 'rejects', label: t('quality.showRejects') },
      ]}
    />
  )
}
