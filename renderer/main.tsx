import './theme/styles.ts'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CoreContext } from './api/core.tsx'
import { openCore } from './api/open.ts'
import { RunFeed } from './api/run-feed.ts'
import { currentLanguage, startLanguage } from './i18n/index.ts'
import { router } from './routes.tsx'
import { joinDesktop } from './shell/desktop.ts'
import { ApplySettings } from './settings/apply.tsx'
import { SettingsContext } from './settings/context.tsx'
import { SettingsStore } from './settings/store.ts'
import { Themed } from './theme/themed.tsx'

const core = openCore(window)
const settings = new SettingsStore(core.client, window.localStorage)
await startLanguage(window, settings.get().values.language)
const cache = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 2000 } } })
const feed = new RunFeed(core.client, cache)
void feed.start()
joinDesktop({ page: window, language: currentLanguage(), has: (path) => path in router.routesByPath })
void settings.start()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Themed>
      <QueryClientProvider client={cache}>
        <CoreContext value={{ core, feed }}>
          <SettingsContext value={settings}>
            <ApplySettings />
            <Notifications position="bottom-right" autoClose={8000} limit={4} />
            <RouterProvider router={router} />
          </SettingsContext>
        </CoreContext>
      </QueryClientProvider>
    </Themed>
  </StrictMode>,
)
