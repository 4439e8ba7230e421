import type { FastifyRequest } from 'fastify';
import { quantities } from '#core/quantities.ts';
import { correctionLimits } from '../corrections/limits.ts';
import { readRequest } from '../corrections/request.ts';
import { millionths, openEndS } from '../corrections/types.ts';
import type { Change, Target } from '../store/corrections-store.ts';
import type { Listed, NotUndone } from '../store/corrections-work.ts';
import { Type } from '../typebox.ts';
import { recordChangeOf } from './audited.ts';
import {
  Correction,
  CorrectionPath,
  CorrectionPreview,
  CorrectionsQuery,
  NewCorrection,
  PreviewedCorrection,
  Reason,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { accessOf } from './guard.ts';
import { assertMeter } from './meters.ts';
import { pageOf, told } from './pages.ts';
import { assertRange } from './ranges.ts';
import { assertRole, lacking, mayAt, sees } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';
import { knownSeries } from './series.ts';

const tags = ['corrections'];

export const correctionRoutes: Routes = (api, parts) => {
  const { store, nowMs } = parts;
  const recordCorrection = (
    request: FastifyRequest,
    action: string,
    meter: string,
    before: Correction | null,
    after: Correction,
  ) => recordChangeOf(parts, request, [meter], { action, subject: `${meter} ${after.id}`, before, after });

  api.get(
    '/api/v1/corrections',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meter' } },
      schema: {
        tags,
        summary: 'All corrections of a meter and its series, the newest first, undone ones with them',
        querystring: CorrectionsQuery,
        response: { 200: Type.Array(Correction) },
      },
    },
    async (request, reply) => {
      const { meter, from = 0, to = openEndS * 1000 } = request.query;
      assertRange({ from, to });
      assertMeter(parts, meter, 'query.meter');
      const list = await store.corrections.list(meter);
      const ofRange = list.filter(
        ({ fromS, toS }) => fromS * 1000 < to && Math.max(toS, fromS + 1) * 1000 > from,
      );
      return told(pageOf(ofRange, request.query, request.url), reply).map(listed =>
        correctionOf(meter, listed),
      );
    },
  );

  api.post(
    '/api/v1/corrections/preview',
    {
      config: { access: { role: 'operator', of: 'meter', in: 'body.meter' } },
      schema: {
        tags,
        summary: 'What a correction would change, by day, without making it',
        description: `Of a range of more than ${correctionLimits.previewDays} days the newest are told.`,
        body: PreviewedCorrection,
        response: { 200: CorrectionPreview },
      },
    },
    async request => {
      const { target, change } = readBody(parts, request);
      return store.corrections.preview(target, change);
    },
  );

  api.post(
    '/api/v1/corrections',
    {
      config: { access: { role: 'operator', of: 'meter', in: 'body.meter' } },
      schema: {
        tags,
        summary: 'A new correction; what is stored stays as it came',
        body: NewCorrection,
        response: { 201: Correction },
      },
    },
    async (request, reply) => {
      const { target, change } = readBody(parts, request);
      const signature = { who: accessOf(request).user, atMs: nowMs(), why: request.body.why };
      const made = await store.corrections.make(target, change, signature);
      if ('refused' in made) throw new ApiFailure(`corrections.${made.refused}`);
      const after = correctionOf(target.meter, made);
      recordCorrection(request, 'correction.create', target.meter, null, after);
      reply.code(201);
      return after;
    },
  );

  api.post(
    '/api/v1/corrections/:id/undo',
    {
      config: { access: { role: 'operator', of: 'visible' } },
      schema: {
        tags,
        summary: 'Undoes a correction; both stay listed',
        params: CorrectionPath,
        body: Reason,
        response: { 200: Correction },
      },
    },
    async request => {
      const { id } = request.params;
      await assertOwn(parts, request, id);
      const signature = { who: accessOf(request).user, atMs: nowMs(), why: request.body.why };
      const undone = await store.corrections.undo(Number(id), signature);
      if ('refused' in undone) throw notUndone(id, undone);
      const meter = store.corrections.meterOf(undone);
      const after = correctionOf(meter, undone);
      recordCorrection(request, 'correction.undo', meter, { ...after, undone: null }, after);
      return after;
    },
  );
};

/** @throws ApiFailure about each field that is wrong */
function readBody(
  parts: ApiParts,
  request: FastifyRequest<{ Body: Type.Static<typeof PreviewedCorrection> }>,
): { readonly target: Target; readonly change: Change } {
  const { body } = request;
  const { meter, series } = body;
  if ((meter === undefined) === (series === undefined)) {
    const message = `${meter === undefined ? 'neither' : 'both'} given; either meter or series is needed`;
    throw mistaken('correction.invalid', [{ field: 'meter', message }]);
  }
  // The route's rule looks at the meter alone.
  if (series !== undefined)
    assertRole(accessOf(request), parts, { role: 'operator', of: 'series' }, series, 'body.series');
  const info = series === undefined ? undefined : knownSeries(parts.store, series);
  const target = { meter: info?.meterKey ?? meter ?? '', series: info?.key ?? null };
  assertStored(parts, target);
  const read = readRequest(body, info?.quantity);
  if (!read.ok) throw mistaken('correction.invalid', read.mistakes);
  return { target, change: read.change };
}

/** One that is known and has never sent anything has nothing to be corrected. */
function assertStored(parts: ApiParts, { meter }: Target): void {
  assertMeter(parts, meter, 'body.meter');
  if (parts.store.seriesOfMeter(meter).length > 0) return;
  throw mistaken('correction.invalid', [
    { field: 'meter', message: `${meter} given; one of which something is stored is allowed` },
  ]);
}

/** @throws ApiFailure correction.unknown, also of one of a meter that may not be seen; access.role */
async function assertOwn({ store, sites }: ApiParts, request: FastifyRequest, id: string): Promise<void> {
  const key = await store.corrections.meterKeyOf(Number(id));
  const [gateway = '', meter = ''] = key?.split('.') ?? [];
  if (key === undefined || !sees(accessOf(request), sites, gateway, meter)) throw unknownCorrection(id);
  if (!mayAt(accessOf(request), sites, 'operator', gateway, meter)) throw lacking('operator');
}

const unknownCorrection = (id: string) =>
  new ApiFailure('correction.unknown', { message: `There is no correction ${id}.`, field: 'id' });

const notUndone = (id: string, { refused }: NotUndone): ApiFailure =>
  refused === 'unknown'
    ? unknownCorrection(id)
    : new ApiFailure('correction.undone', { message: `Correction ${id} has been undone.`, field: 'id' });

function correctionOf(meter: string, listed: Listed): Correction {
  const { id, kind, quantity, fromS, toS, who, atMs, why, undoing, isBuilt } = listed;
  const isInstant = kind === 'reading' || kind === 'swap';
  const unit = quantity === null ? 1 : 10 ** quantities[quantity].decimals;
  return {
    id,
    kind,
    meter,
    series: quantity === null ? null : `${meter}.${quantity}`,
    fromMs: fromS * 1000,
    toMs: toS === openEndS ? null : toS * 1000,
    ...(kind === 'scale' && { factor: listed.factorMillionths / millionths }),
    ...(kind === 'offset' && { offset: listed.offset / unit }),
    ...(kind === 'reading' && { reading: listed.before / unit }),
    ...(kind === 'swap' && { oldReading: listed.before / unit, newReading: listed.after / unit }),
    who,
    atMs,
    why,
    undone: undoing === null ? null : { who: undoing.who, atMs: undoing.atMs, why: undoing.why },
    isBuilt: isInstant || isBuilt,
  };
}
