import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { problem } from './problem.ts';
import { Instant } from './shared.ts';

const closed = { additionalProperties: false };

export const simulationRunning = problem(
  'simulation-running',
  409,
  '模拟正在进行',
  'A simulation is already running',
);

export const Simulation = Type.Object(
  {
    state: Type.Enum(['none', 'running', 'done', 'stopped', 'failed']),
    seed: Type.Optional(Type.Integer()),
    total: Type.Integer(),
    done: Type.Integer(),
    startedAt: Type.Optional(Instant),
    endedAt: Type.Optional(Instant),
    error: Type.Optional(Type.String()),
  },
  { $id: 'Simulation', ...closed },
);
export type Simulation = Static<typeof Simulation>;

export const simulationGet = operation({
  id: 'simulation.get',
  method: 'GET',
  path: '/v1/simulation',
  access: 'decision:read',
  summary: { 'zh-CN': '模拟流量的状态', en: 'State of the simulated traffic' },
  response: Simulation,
  errors: [],
});

export const simulationStart = operation({
  id: 'simulation.start',
  method: 'POST',
  path: '/v1/simulation',
  access: 'simulation:run',
  summary: { 'zh-CN': '载入模拟流量（处处有标记）', en: 'Load simulated traffic (marked wherever it shows)' },
  body: Type.Object(
    {
      events: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20_000 })),
      seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 1 })),
    },
    closed,
  ),
  response: Simulation,
  status: 202,
  errors: [simulationRunning],
});

export const simulationRemove = operation({
  id: 'simulation.remove',
  method: 'DELETE',
  path: '/v1/simulation',
  access: 'simulation:run',
  summary: { 'zh-CN': '停止并移除模拟数据', en: 'Stop, and remove the simulated data' },
  response: Simulation,
  errors: [],
});
