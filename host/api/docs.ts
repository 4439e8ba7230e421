import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { ApiError } from './contract.ts';
import { apiErrors } from './errors.ts';
import type { Api, ApiParts } from './routes.ts';
import { docsPath } from './security-headers.ts';

/** Collects the schemas of all routes that come after it into one OpenAPI document. */
export async function collectSchemas(api: Api, { version }: Pick<ApiParts, 'version'>): Promise<void> {
  api.addSchema(ApiError);
  await api.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Joulegate',
        version,
        description: `Electricity, accounted for. Every error has one of the codes ${Object.keys(apiErrors).join(', ')}.`,
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'joulegate' } },
      },
    },
    // By their names, not def-1, def-2.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema${index}`),
    },
    transform: ({ schema, url, route }) => {
      if (schema?.hide) return { schema, url };
      const { response, ...rest } = schema ?? {};
      const access = route.config?.access;
      const stated = access === undefined ? {} : { 'x-access': access };
      const security = access === 'public' ? [] : [{ session: [] }];
      const fault = {
        description: 'Every refusal',
        content: { 'application/json': { schema: { $ref: 'ApiError#' } } },
      };
      return {
        url,
        schema: {
          ...rest,
          ...stated,
          security,
          response: { ...Object(response), '4xx': fault, '5xx': fault },
        },
      };
    },
  });
}

/** The document as JSON at /api/docs/json and to be read and tried at /api/docs, for those signed in. */
export async function addDocs(api: Api): Promise<void> {
  // The plug-in's own routes say nothing of access.
  api.addHook('onRoute', route => {
    if (route.url.startsWith(docsPath)) route.config = { ...route.config, access: 'known' };
  });
  await api.register(fastifySwaggerUi, {
    routePrefix: docsPath,
    uiConfig: { validatorUrl: null, docExpansion: 'list', persistAuthorization: false },
  });
}
