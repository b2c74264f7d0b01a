import type { InferContractRouterOutputs } from '@orpc/contract'
import type { output as InferSeen } from 'zod'
import type { Contract } from '#core/api/contract/index.ts'
import type { SeenWindowSchema } from '#core/api/contract/pipelines.ts'

type Outputs = InferContractRouterOutputs<Contract>

export type { RunEvent, RunState, StepState, EnvironmentClass } from '#core/operations/types.ts'
export type { Failure } from '#core/base/errors.ts'
export type { Json } from '#core/base/json.ts'
export type { Client, ConnectionState } from '#core/api/client/index.ts'

export type SystemInfo = Outputs['system']['info']
export type DoctorCheck = Outputs['system']['doctor'][number]
export type SettingValues = Outputs['settings']['get']['values']
export type Environment = SystemInfo['environments'][number]
export type SystemState = Outputs['environments']['systems'][number]
export type SandboxState = Outputs['environments']['sandbox']
export type TableVersion = Outputs['data']['tables'][number]
export type Scored = Outputs['scoring']['one']
export type ScoreWhy = Outputs['scoring']['explain'] & Outputs['scoring']['terms']
export type Inspected = Outputs['scoring']['inspect']
export type DataTree = Outputs['data']['tree']
export type DataColumn = Outputs['data']['describe']['columns'][number]
export type DataProfile = (Outputs['data']['profile'] extends AsyncIterator<infer E> ? E : never)['profile']
export type Run = Outputs['runs']['list']['runs'][number]
export type RunDetail = Outputs['runs']['get']
export type RunStep = RunDetail['steps'][number]
export type Plan = Outputs['pipelines']['plan']
export type SeenWindow = InferSeen<typeof SeenWindowSchema>
export type PlannedStep = Plan['steps'][number]
export type Evidence = RunStep['evidence'][number]
export type Gate = RunStep['gates'][number]
export type LogLine = Outputs['runs']['logs']['lines'][number]
export type Comparison = Outputs['runs']['compare']
export type Finding = Comparison['findings'][number]
export type RunBrief = Outputs['runs']['history'][number]
export type StepSeries = Outputs['runs']['series'][number]
export type RunChange = Outputs['pipelines']['changes'][number]
export type ScheduleBoard = Outputs['schedules']['list']
export type Schedule = ScheduleBoard['schedules'][number]
export type Pipeline = Outputs['pipelines']['list'][number]
export type Preview = Outputs['pipelines']['preview']
export type QualityBoard = Outputs['quality']['board']
export type QualityRule = QualityBoard['rules'][number]
export type QualityPreview = NonNullable<Outputs['quality']['preview']>
export type QualityGate = QualityBoard['gates'][number]
export type Rejects = Outputs['rejects']['list']
export type Reject = Rejects['rows'][number]
export type Dashboard = Outputs['dashboards']['get']
export type Chart = Dashboard['charts'][number]
export type ChartRows = Outputs['dashboards']['query']
export type ChartRow = ChartRows['rows'][string][number]
export type DashboardFilter = Dashboard['filters'][number]
export type Listing = NonNullable<Dashboard['rows']>
export type Detail = NonNullable<Listing['detail']>
export type Shown = Listing['columns'][number]
/** A text that a blueprint gives in both languages. */
export type BothText = Dashboard['title']
export type ValueWords = Dashboard['words']
export type View = Outputs['views']['get']
export type TextExplanation = Outputs['scoring']['explain']
export type AuditEntry = Outputs['audit']['list']['entries'][number]
export type AuditProof = Outputs['audit']['entry']
export type AuditHead = Outputs['audit']['head']
export type AuditVerdict = Extract<Outputs['audit']['verify'] extends AsyncIterator<infer E> ? E : never, { kind: 'verdict' }>['verdict']
