import { TextInput } from '@mantine/core'
import { IconChevronRight, IconEyeOff, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { DataTree } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import type { System } from './search.ts'

type Shelf = DataTree[number]
type Item = Shelf['items'][number]
interface Picked {
  readonly system?: System
  readonly name?: string
}

/** Every system of the environment with what it holds. A system that does not answer says so and hides no other. */
export function Tree({ tree, picked, onPick }: { tree: DataTree; picked: Picked; onPick: (system: System, name: string) => void }): React.ReactElement {
  const { t } = useWords()
  const [find, setFind] = useState('')
  const wanted = find.trim().toLowerCase()
  return (
    <div className="data-tree">
      <TextInput data-filter="" size="sm" aria-label={t('data.findName')} placeholder={t('data.findName')} leftSection={<IconSearch size={14} aria-hidden="true" />} value={find} onChange={(event) => setFind(event.currentTarget.value)} />
      <nav aria-label={t('data.title')}>
        {tree.map((shelf) => (
          <SystemItems key={shelf.system} shelf={shelf} find={wanted} picked={picked.system === shelf.system ? picked.name : undefined} onPick={(name) => onPick(shelf.system, name)} />
        ))}
      </nav>
    </div>
  )
}

function SystemItems({ shelf, find, picked, onPick }: { shelf: Shelf; find: string; picked: string | undefined; onPick: (name: string) => void }): React.ReactElement {
  const { t, f } = useWords()
  const [folded, setFolded] = useState(false)
  const items = shelf.items.filter(({ name }) => name.toLowerCase().includes(find))
  const open = find !== '' || !folded
  return (
    <section>
      <h2>
        <button type="button" aria-expanded={open} onClick={() => setFolded(open)}>
          <IconChevronRight size={13} className={open ? 'turned' : undefined} aria-hidden="true" />
          {t(`ui.system.${shelf.system}`)}
          <span className="faint">{shelf.failure ? '' : f.n(items.length)}</span>
        </button>
      </h2>
      {shelf.failure && (
        <p className="note">
          <StateGlyph look="failed" size={12} /> {shelf.failure.what} {shelf.failure.next}
        </p>
      )}
      {open && !shelf.failure && items.length === 0 && <p className="note">{find ? t('data.nothingNamed') : t('data.holdsNothing')}</p>}
      {open && (shelf.system === 'object-store' ? <Objects items={items} find={find} picked={picked} onPick={onPick} /> : <Leaves items={items} picked={picked} onPick={onPick} />)}
      {open && shelf.more && <p className="note">{t('data.moreObjects', { n: f.n(shelf.items.length) })}</p>}
    </section>
  )
}

function Leaves({ items, picked, onPick, cut = 0 }: { items: readonly Item[]; picked: string | undefined; onPick: (name: string) => void; cut?: number }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <ul>
      {items.map(({ name, kind, rows, bytes, personal, estimated }) => (
        <li key={name}>
          <button type="button" aria-current={name === picked ? 'true' : undefined} title={name} onClick={() => onPick(name)}>
            <span className="tr">{name.slice(cut)}</span>
            {kind === 'view' && <span className="faint">{t('data.view')}</span>}
            {personal !== 'none' && <IconEyeOff size={12} role="img" aria-label={t(personal === 'all' ? 'data.allPersonal' : 'data.somePersonal')} />}
            <span className="faint tn">{rows !== null ? `${estimated ? '≈ ' : ''}${f.n(rows)}` : bytes !== null ? f.bytes(bytes) : ''}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Objects by the folder they lie in, folded: there are thousands. */
function Objects({ items, find, picked, onPick }: { items: readonly Item[]; find: string; picked: string | undefined; onPick: (name: string) => void }): React.ReactElement {
  const { f } = useWords()
  const folders = new Map<string, Item[]>()
  for (const item of items) {
    const folder = item.name.split('/').slice(0, 2).join('/')
    const held = folders.get(folder)
    if (held) held.push(item)
    else folders.set(folder, [item])
  }
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(picked ? [picked.split('/').slice(0, 2).join('/')] : []))
  return (
    <ul>
      {Array.from(folders).map(([folder, held]) => {
        const open = find !== '' || opened.has(folder)
        return (
          <li key={folder}>
            <button
              type="button"
              aria-expanded={open}
              onClick={() => {
                const next = new Set(opened)
                if (!next.delete(folder)) next.add(folder)
                setOpened(next)
              }}
            >
              <IconChevronRight size={12} className={open ? 'turned' : undefined} aria-hidden="true" />
              <span className="tr">{folder}/</span>
              <span className="faint tn">{f.n(held.length)}</span>
            </button>
            {open && <Leaves items={held.slice(0, 200)} picked={picked} onPick={onPick} cut={folder.length + 1} />}
          </li>
        )
      })}
    </ul>
  )
}
