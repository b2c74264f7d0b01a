import { Fragment, isValidElement, type ReactNode } from 'react'
import { StateBadge } from '#renderer/ui/badges.tsx'
import { EnvironmentSquare, StateGlyph } from '#renderer/ui/glyphs.tsx'

type Props = Readonly<Record<string, unknown>>

/** Components that are functions of their props alone: called as such. */
const PURE = new Set<unknown>([StateBadge, StateGlyph, EnvironmentSquare])

const SVG = 'http://www.w3.org/2000/svg'
const ATTRIBUTES: Readonly<Record<string, string>> = {
  className: 'class', htmlFor: 'for', strokeWidth: 'stroke-width', strokeLinecap: 'stroke-linecap', strokeLinejoin: 'stroke-linejoin',
  strokeDasharray: 'stroke-dasharray', dateTime: 'datetime', tabIndex: 'tabindex', fillRule: 'fill-rule', clipRule: 'clip-rule',
}
const UNITLESS = new Set(['opacity', 'flex', 'flexGrow', 'flexShrink', 'fontWeight', 'lineHeight', 'zIndex', 'order'])

/**
 * A React node as plain elements, or null when it needs React: components of other kinds, handlers, refs. Text stays
 * text: nothing is ever parsed as markup.
 */
export function paint(node: ReactNode): Node[] | null {
  const made: Node[] = []
  return put(node, made, false) ? made : null
}

function put(node: ReactNode, into: Node[], svg: boolean): boolean {
  if (node === null || node === undefined || typeof node === 'boolean') return true
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint') {
    into.push(document.createTextNode(String(node)))
    return true
  }
  if (Array.isArray(node)) return node.every((each: ReactNode) => put(each, into, svg))
  if (!isValidElement(node)) return false
  const { type } = node
  const props = node.props as Props
  if (type === Fragment) return put(props['children'] as ReactNode, into, svg)
  if (typeof type === 'function' && PURE.has(type)) return put((type as (props: Props) => ReactNode)(props), into, svg)
  if (typeof type !== 'string') return false
  const inSvg = svg || type === 'svg'
  const element = inSvg ? document.createElementNS(SVG, type) : document.createElement(type)
  for (const [name, value] of Object.entries(props)) if (!set(element, name, value)) return false
  const children: Node[] = []
  if (!put(props['children'] as ReactNode, children, inSvg)) return false
  element.append(...children)
  into.push(element)
  return true
}

function set(element: HTMLElement | SVGElement, name: string, value: unknown): boolean {
  if (name === 'children' || value === undefined || value === null) return true
  if (name === 'ref' || name === 'dangerouslySetInnerHTML' || /^on[A-Z]/.test(name)) return false
  if (name === 'style') {
    for (const [property, given] of Object.entries(value as Readonly<Record<string, string | number | undefined>>)) {
      if (given === undefined) continue
      const css = property.startsWith('--') ? property : property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      element.style.setProperty(css, typeof given === 'number' && !UNITLESS.has(property) && !property.startsWith('--') ? `${given}px` : String(given))
    }
    return true
  }
  if (typeof value === 'boolean' && !/^(aria|data)-/.test(name)) {
    if (value) element.setAttribute(ATTRIBUTES[name] ?? name, '')
    return true
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false
  element.setAttribute(ATTRIBUTES[name] ?? name, String(value))
  return true
}
