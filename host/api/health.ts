import { Health } from './contract.ts';
import type { Api, ApiParts, Count } from './routes.ts';

export function healthRoutes(api: Api, { auth, watch, version }: ApiParts, count: Count): void {
  api.get(
    '/api/v1/health',
    {
      config: { access: 'public' },

      schema: {
        tags: ['host'],
        summary: 'Whether the host does what it is there for, and why not; details for those signed in',
        response: { 200: Health },
      },
    },
    async ({ session }) => {
      const { status, reasons } = watch.health();
      const about = { version, setUp: auth.accounts.exist };
      // A stranger hears that something is wrong, and nothing of folders, sizes and errors.
      if (session === null) {
        return { status, ...about, reasons: reasons.map(({ code, level }) => ({ code, level })) };
      }
      return { status, ...about, reasons: reasons.map(reason => ({ ...reason })), counters: await count() };
    },
  );
}
