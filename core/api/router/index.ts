import { os } from '#core/api/context.ts'
import { audit } from './audit.ts'
import { dashboards, views } from './dashboards.ts'
import { data } from './data.ts'
import { environments } from './environments.ts'
import { pipelines } from './pipelines.ts'
import { quality } from './quality.ts'
import { rejects } from './rejects.ts'
import { runs } from './runs.ts'
import { schedules } from './schedules.ts'
import { scoring } from './scoring.ts'
import { settings } from './settings.ts'
import { system } from './system.ts'

/** Every procedure of the contract, implemented; each door serves this one. */
export const router = os.router({ system, settings, environments, data, scoring, runs, schedules, pipelines, quality, rejects, dashboards, views, audit })
