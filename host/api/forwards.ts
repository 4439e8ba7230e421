import type { Access } from '../auth/access.ts';
import { forwardLimits } from '../forward/limits.ts';
import type { ForwardState } from '../forward/saved-forward.ts';
import { withoutSecrets, withSecretsOf } from '../set-up/secret-fields.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  ForwardChange,
  ForwardDetails,
  ForwardEntry,
  ForwardKind,
  ForwardPath,
  ForwardSkip,
  ForwardTest,
  NewForward,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import type { Routes } from './routes.ts';
import {
  assertAdminister,
  assertNew,
  inWords,
  mayAdminister,
  notSent,
  shownFault,
  shownFields,
  whenGone,
} from './set-up-routes.ts';

/** Of a site: by its admins. Of the host: by those who administer all of it. */
const access = { role: 'admin', of: 'visible' } as const;
const tags = ['forwards'];

export const forwardRoutes: Routes = (api, parts) => {
  const { forwards } = parts;
  const fieldsOf = (kind: string) => forwards.kinds.get(kind)?.fields;
  const shown = <State extends ForwardState>({ settings, choice, fault, ...state }: State) => ({
    ...state,
    ...shownFault(fault ?? undefined),
    choice: listsOf(choice),
    settings: settings === undefined ? null : withoutSecrets(fieldsOf(state.kind), settings),
  });
  /** What is of another's is answered like what is not there. */
  const known = (who: Access, id: string): ForwardState => {
    const state = forwards.get(id);
    if (state === undefined || !mayAdminister(who, state.site))
      throw new ApiFailure('forward.unknown', { message: `There is no forward ${id}.`, field: 'id' });
    return state;
  };
  const told = ({ kind, name, isOn, choice, keepDays, settings }: ForwardState) => ({
    kind,
    name,
    isOn,
    choice: listsOf(choice),
    keepDays,
    settings: withoutSecrets(fieldsOf(kind), settings ?? null),
  });

  api.get(
    '/api/v1/forwards/kinds',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Other sides that values can be handed on to',
        response: { 200: Type.Array(ForwardKind) },
      },
    },
    async () =>
      [...forwards.kinds.values()].map(({ id, name, about, fields, isForHostOnly = false }) => ({
        id,
        name,
        about,
        fields: shownFields(fields),
        isForHostOnly,
      })),
  );

  api.get(
    '/api/v1/forwards',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The forwards of the sites that one administers; those of the host for its admins',
        response: { 200: Type.Array(ForwardEntry) },
      },
    },
    async request =>
      forwards
        .list()
        .filter(({ site }) => mayAdminister(accessOf(request), site))
        .map(shown),
  );

  api.get(
    '/api/v1/forwards/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'How far a forward is: what waits, since when, why, and its last deliveries',
        params: ForwardPath,
        response: { 200: ForwardDetails },
      },
    },
    async request => {
      const { id } = known(accessOf(request), request.params.id);
      const details = await forwards.details(id);
      if (details === undefined) throw new ApiFailure('forward.unknown', { field: 'id' });
      const deliveries = details.deliveries.map(({ why, ...delivery }) => ({
        ...delivery,
        why: why && { code: why.code, facts: { ...why.facts } },
      }));
      return { ...shown(details), deliveries };
    },
  );

  api.post(
    '/api/v1/forwards',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Hand on what is committed from now on; a forward of a site reaches servers on the internet alone',
        body: NewForward,
        response: { 201: ForwardEntry },
      },
    },
    async (request, reply) => {
      const { site = null, id } = request.body;
      assertAdminister(accessOf(request), parts, site);
      assertNew('forward', forwards, forwardLimits.forwards, id);
      const made = await inWords('forward', () => forwards.save({ ...request.body, site }));
      recordChange(parts, request, { action: 'forward.create', subject: id, site, after: told(made) });
      return reply.code(201).send(shown(made));
    },
  );

  api.put(
    '/api/v1/forwards/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a forward, switch it on or off; it goes on where it is, and tries at once',
        params: ForwardPath,
        body: ForwardChange,
        response: { 200: ForwardEntry },
      },
    },
    async request => {
      const before = known(accessOf(request), request.params.id);
      const { id, kind, site } = before;
      const made = await inWords('forward', async () => {
        const settings = withSecretsOf(fieldsOf(kind), request.body.settings, before.settings);
        return forwards.save({ ...request.body, id, kind, site, settings });
      });
      recordChange(parts, request, {
        action: 'forward.change',
        subject: id,
        site,
        before: told(before),
        after: told(made),
      });
      return shown(made);
    },
  );

  api.post(
    '/api/v1/forwards/:id/skip',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Give up all that waits, which counts as dropped, and go on with what is committed from now on',
        params: ForwardPath,
        response: { 200: ForwardSkip },
      },
    },
    async request => {
      const { id, site } = known(accessOf(request), request.params.id);
      const windows = await forwards.skip(id);
      if (windows === undefined) throw new ApiFailure('forward.unknown', { field: 'id' });
      recordChange(parts, request, { action: 'forward.skip', subject: id, site, after: { windows } });
      return { windows };
    },
  );

  api.delete(
    '/api/v1/forwards/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'End a forward; what waits is not sent any more',
        params: ForwardPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const before = known(accessOf(request), request.params.id);
      await forwards.remove(before.id);
      recordChange(parts, request, {
        action: 'forward.remove',
        subject: before.id,
        site: before.site,
        before: told(before),
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/forwards/:id/test',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Send the newest value now, past all that waits, and tell what the other side said',
        params: ForwardPath,
        response: { 200: ForwardTest },
      },
    },
    async (request, reply) => {
      const { id, site } = known(accessOf(request), request.params.id);
      const answer = await forwards
        .test(id, whenGone(reply))
        .then(said => ({ isSent: true, said: said.slice(0, 500) }), notSent);
      recordChange(parts, request, { action: 'forward.test', subject: id, site });
      return answer;
    },
  );
};

function listsOf({ gateways, meters, quantities }: ForwardState['choice']): ForwardEntry['choice'] {
  const copy = (list: readonly string[] | null) => list && [...list];
  return { gateways: copy(gateways), meters: copy(meters), quantities: copy(quantities) };
}
