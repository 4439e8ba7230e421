import { TlsCaFile, TlsCaQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import type { Routes } from './routes.ts';

export const tlsRoutes: Routes = (api, { tls }) => {
  api.get(
    '/api/v1/tls/ca',
    {
      config: { access: 'known' },
      schema: {
        tags: ['host'],
        summary: "The certificate authority of this host's own, which its gateways trust",
        querystring: TlsCaQuery,
        response: { 200: TlsCaFile },
      },
    },
    async ({ query }, reply) => {
      if (tls === undefined) throw new ApiFailure('tls.off');
      const { form = 'pem' } = query;
      reply.header(
        'content-disposition',
        `attachment; filename="joulegate-ca.${form === 'pem' ? 'pem' : 'der'}"`,
      );
      reply.type(form === 'pem' ? 'application/x-pem-file' : 'application/pkix-cert');
      return form === 'pem' ? tls.caPem : tls.caDer;
    },
  );
};
