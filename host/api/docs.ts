import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { ApiError } from './contract.ts';
import { apiErrors } from './error-table.ts';
import { accessText, errorTable, operationIdOf, securityOf, securitySchemes } from './route-docs.ts';
import type { Api, ApiParts } from './routes.ts';
import { docsPath } from './security-headers.ts';

/** Collects the schemas of all routes that come after it into one OpenAPI document. */
export async function collectSchemas(api: Api, { version }: Pick<ApiParts, 'version'>): Promise<void> {
  const code = { type: 'string', enum: Object.keys(apiErrors) };
  api.addSchema({ ...ApiError, properties: { ...ApiError.properties, code } });
  // Not written in place: the types know no extensions.
  const openapi = {
    openapi: '3.1.0',
    info: {
      title: 'Joulegate',
      version,
      description:
        'Electricity, accounted for. Every refusal is an ApiError; x-error-codes tells of each code its status and what to do. Each operation says in x-access and in words who may ask for it.',
    },
    components: { securitySchemes },
    'x-error-codes': errorTable,
  };
  await api.register(fastifySwagger, {
    openapi,
    // By their names, not def-1, def-2.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema${index}`),
    },
    transform: ({ schema, url, route }) => {
      if (schema?.hide) return { schema, url };
      const { response = plainText, description, ...rest } = schema ?? {};
      const access = route.config?.access;
      const stated = {
        'x-access': access ?? { role: 'admin', of: 'host' },
        description: [description, accessText(access)].filter(text => text !== undefined).join('\n\n'),
        operationId: operationIdOf([route.method].flat()[0] ?? '', url),
        security: securityOf(access),
      };
      const fault = {
        description: 'Every refusal',
        content: { 'application/json': { schema: { $ref: 'ApiError#' } } },
      };
      return {
        url,
        schema: {
          ...rest,
          ...stated,
          response: { ...Object(response), '4xx': fault, '5xx': fault },
        },
      };
    },
  });
}

/** Of routes that answer with other than JSON. */
const plainText = { 200: { description: 'As the media type says', type: 'string' } };

/** The document as JSON at /api/docs/json and to be read and tried at /api/docs, for those signed in. */
export async function addDocs(api: Api): Promise<void> {
  // The plug-in's own routes say nothing of access.
  api.addHook('onRoute', route => {
    if (route.url.startsWith(docsPath)) route.config = { ...route.config, access: 'known' };
  });
  await api.register(fastifySwaggerUi, {
    routePrefix: docsPath,
    // The other layout draws a logo with a style in its text, which the content policy refuses.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, docExpansion: 'list', persistAuthorization: false },
  });
}
