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

/** The one contract behind every door. Pages import its types only. */
export const contract = { system, settings, environments, data, scoring, runs, schedules, pipelines, quality, rejects, dashboards, views, audit }
export type Contract = typeof contract
