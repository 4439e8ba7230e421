import type { FastifyRequest } from 'fastify';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { Role } from '../auth/roles.ts';
import {
  type Rollout as HostRollout,
  isOpen,
  type MemberState,
  type RolloutWork,
} from '../rollouts/rollout.ts';
import { isChange, type SettingsChange, withChange } from '../rollouts/settings-change.ts';
import { usualShares } from '../rollouts/stages.ts';
import { Type } from '../typebox.ts';
import { recordChangeOf } from './audited.ts';
import {
  type DesiredSettings,
  GatewayPath,
  NewRollout,
  NewUpdate,
  Rollout,
  RolloutPath,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { knownGateway } from './gateways.ts';
import { accessOf } from './guard.ts';
import { lacking, mayAt } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';
import { settingsMistakes } from './settings-check.ts';

/** So long all gateways of a stage have to be well, where a request does not say it. */
const usualHealthyMinutes = 10;

export const rolloutRoutes: Routes = (api, parts) => {
  const { rollouts } = parts;
  const tags = ['rollouts'];
  const recordRollout = (request: FastifyRequest, action: string, before: Rollout | null, after: Rollout) => {
    const gateways = after.gateways.map(({ gateway }) => gateway);
    recordChangeOf(parts, request, gateways, { action, subject: after.id, before, after });
  };

  api.get(
    '/api/v1/rollouts',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: { tags, summary: 'All roll-outs, the newest first', response: { 200: Type.Array(Rollout) } },
    },
    async request =>
      rollouts
        .list()
        .filter(one => mayWith(parts, request, 'viewer', one))
        .map(rolloutOf),
  );

  api.get(
    '/api/v1/rollouts/:id',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: { tags, summary: 'One roll-out', params: RolloutPath, response: { 200: Rollout } },
    },
    async request => rolloutOf(knownRollout(parts, request, 'viewer', request.params.id)),
  );

  api.post(
    '/api/v1/rollouts',
    {
      config: { access: { role: 'admin', of: 'gateway', in: 'body.gateways' } },
      schema: {
        tags,
        summary:
          'Bring a firmware or settings to many gateways, stage by stage; stops at the first that fails',
        body: NewRollout,
        response: { 201: Rollout },
      },
    },
    async (request, reply) => {
      const { gateways, shares = usualShares, healthyMinutes = usualHealthyMinutes } = request.body;
      if (!shares.every((share, index) => share > (shares[index - 1] ?? 0))) {
        throw new ApiFailure('rollout.invalid', {
          message: `shares: ${shares.join(', ')} given; each has to be larger than the one before.`,
          field: 'shares',
        });
      }
      const work = await workOf(parts, request.body);
      checkGateways(parts, request, gateways);
      if (work.kind === 'settings' && 'change' in work) checkChange(parts, gateways, work.change);
      const rollout = await rollouts.begin({
        by: accessOf(request).user,
        work,
        gateways,
        shares,
        healthyS: healthyMinutes * 60,
      });
      recordRollout(request, 'rollout.begin', null, rolloutOf(rollout));
      return reply.code(201).send(rolloutOf(rollout));
    },
  );

  api.post(
    '/api/v1/gateways/:id/update',
    {
      config: { access: { role: 'admin', of: 'gateway', in: 'params.id' } },
      schema: {
        tags: ['gateways'],
        summary: 'Update the firmware of one gateway, now or as soon as it is online: a roll-out to it alone',
        params: GatewayPath,
        body: NewUpdate,
        response: { 201: Rollout },
      },
    },
    async (request, reply) => {
      const { id } = knownGateway(parts, request.params.id);
      const work = await workOf(parts, request.body);
      checkGateways(parts, request, [id]);
      const rollout = await rollouts.begin({
        by: accessOf(request).user,
        work,
        gateways: [id],
        shares: [100],
        healthyS: 0,
      });
      recordRollout(request, 'gateway.update', null, rolloutOf(rollout));
      return reply.code(201).send(rolloutOf(rollout));
    },
  );

  const steps = {
    pause: ['running', 'Ask no more gateways until it goes on'],
    resume: ['paused or stopped', 'Go on; gateways that failed are asked once more'],
    cancel: ['running, paused or stopped', 'End it; gateways that have it keep it'],
  } as const;
  for (const step of ['pause', 'resume', 'cancel'] as const) {
    const [from, summary] = steps[step];
    api.post(
      `/api/v1/rollouts/:id/${step}`,
      {
        config: { access: { role: 'admin', of: 'visible' } },
        schema: { tags, summary, params: RolloutPath, response: { 200: Rollout } },
      },
      async request => {
        const rollout = knownRollout(parts, request, 'admin', request.params.id);
        const { state } = rollout;
        const isRight =
          step === 'pause' ? state === 'running' : step === 'resume' ? isResting(rollout) : isOpen(rollout);
        if (!isRight)
          throw new ApiFailure('rollout.state', {
            message: `The roll-out is ${state}; it has to be ${from}.`,
          });
        const before = rolloutOf(rollout);
        await rollouts[step](rollout);
        recordRollout(request, `rollout.${step}`, before, rolloutOf(rollout));
        parts.log('info', `${accessOf(request).user}: ${step} of roll-out ${rollout.id}`);
        return rolloutOf(rollout);
      },
    );
  }
};

const isResting = ({ state }: HostRollout): boolean => state === 'paused' || state === 'stopped';

/** Whether who asks has a role at the sites of all gateways of a roll-out; one over other sites too is not theirs. */
const mayWith = (
  { sites }: ApiParts,
  request: FastifyRequest,
  role: Role,
  { members }: HostRollout,
): boolean => Object.keys(members).every(id => mayAt(accessOf(request), sites, role, id));

/** @throws ApiFailure rollout.unknown, also of one that may not be seen; access.role */
function knownRollout(parts: ApiParts, request: FastifyRequest, role: Role, id: string): HostRollout {
  const rollout = parts.rollouts.get(id);
  if (rollout === undefined || !mayWith(parts, request, 'viewer', rollout))
    throw new ApiFailure('rollout.unknown', { field: 'id' });
  if (!mayWith(parts, request, role, rollout)) throw lacking(role);
  return rollout;
}

/** @throws ApiFailure where one is not known, named twice, or part of another roll-out that is open. */
function checkGateways(parts: ApiParts, request: FastifyRequest, gateways: readonly string[]): void {
  const seen = new Set<string>();
  const isOwn = (rollout: HostRollout) => mayWith(parts, request, 'admin', rollout);
  for (const id of gateways) {
    knownGateway(parts, id);
    if (seen.has(id)) {
      const message = `Gateway ${id} is given twice; once is allowed.`;
      throw new ApiFailure('rollout.invalid', { message, field: 'gateways' });
    }
    seen.add(id);
    // One that stopped gives way, unless it is of other sites, too: then it is not theirs to end.
    const other = parts.rollouts.openWith(id).find(one => one.state !== 'stopped' || !isOwn(one));
    if (other === undefined) continue;
    const message = isOwn(other)
      ? `Gateway ${id} is part of roll-out ${other.id}, which is ${other.state}.`
      : `Gateway ${id} is part of a roll-out of the host.`;
    throw new ApiFailure('rollout.busy', { message, field: 'gateways' });
  }
}

/** @throws ApiFailure where a gateway would refuse it, or where it changes nothing at all. */
function checkChange({ fleet }: ApiParts, gateways: readonly string[], change: SettingsChange): void {
  let changed = 0;
  for (const id of gateways) {
    const { desired = null, running = null, about } = fleet.gateway(id) ?? {};
    const now = desired ?? running;
    if (now === null) {
      const message = `Gateway ${id} has no settings yet that could be changed; leave it out.`;
      throw new ApiFailure('rollout.invalid', { message, field: 'gateways' });
    }
    const { settings, changedMeters } = withChange(now, change);
    changed += changedMeters;
    const mistakes = settingsMistakes(settings as DesiredSettings, about?.outputs);
    if (mistakes.length > 0)
      throw mistaken(
        'settings.invalid',
        mistakes.map(({ field, message }) => ({ field: `${id}: ${field}`, message })),
      );
  }
  if (changed > 0) return;
  const message = 'change: no meter of these gateways would be another by it.';
  throw new ApiFailure('rollout.invalid', { message, field: 'change' });
}

type Wanted = Pick<NewRollout, 'image' | 'isAgain' | 'settings' | 'change'>;

async function workOf(
  { firmware }: ApiParts,
  { image: imageId, isAgain, settings, change }: Wanted,
): Promise<RolloutWork> {
  if ([imageId, settings, change].filter(one => one !== undefined).length !== 1) {
    const message = 'image, settings and change: one of them is allowed, and needed.';
    throw new ApiFailure('rollout.invalid', { message, field: 'image' });
  }
  if (change !== undefined) {
    if (isChange(change)) return { kind: 'settings', change };
    const message = 'change: windowS, sampleMs or timeoutMs is needed.';
    throw new ApiFailure('rollout.invalid', { message, field: 'change' });
  }
  if (settings !== undefined) {
    const mistakes = settingsMistakes(settings);
    if (mistakes.length > 0) throw mistaken('settings.invalid', mistakes);
    return { kind: 'settings', settings: settings as Omit<GatewaySettings, 'version'> };
  }
  const image = await firmware.images.find(imageId ?? '');
  if (image === undefined) throw new ApiFailure('image.unknown', { field: 'image' });
  if (!image.isOrderable) throw new ApiFailure('image.unsigned', { field: 'image' });
  const { id, manifest } = image;
  const { version, chip, board } = manifest;
  const ofBoard = board === undefined ? {} : { board };
  return { kind: 'firmware', image: { id, version, chip, ...ofBoard }, isAgain: isAgain ?? false };
}

function rolloutOf({
  id,
  by,
  createdMs,
  work,
  healthyS,
  stages,
  stage,
  state,
  why,
  members,
}: HostRollout): Rollout {
  return {
    id,
    by,
    createdMs,
    kind: work.kind,
    image: work.kind === 'firmware' ? { ...work.image } : null,
    change: work.kind === 'settings' && 'change' in work ? { ...work.change } : null,
    healthyMinutes: healthyS / 60,
    state,
    why,
    stage,
    stages: stages.length,
    gateways: stages.flatMap((gateways, index) =>
      gateways.map(gateway => {
        const member = members[gateway];
        const memberState: MemberState = member?.state ?? 'waiting';
        const sinceMs = member === undefined || member.sinceMs === 0 ? null : member.sinceMs;
        return { gateway, stage: index, state: memberState, sinceMs, message: member?.message ?? null };
      }),
    ),
  };
}
