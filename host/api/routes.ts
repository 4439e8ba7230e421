import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Alarms } from '../alarms/alarms.ts';
import type { Audit } from '../audit/audit.ts';
import type { Access, RouteAccess } from '../auth/access.ts';
import type { Auth } from '../auth/auth.ts';
import type { SessionState } from '../auth/sessions.ts';
import type { Control } from '../control/control.ts';
import type { Log } from '../engine.ts';
import type { Firmware } from '../firmware/firmware.ts';
import type { Forwards } from '../forward/forwards.ts';
import type { HomeAssistants } from '../home-assistant/home-assistant.ts';
import type { HostParts } from '../parts.ts';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { Sites } from '../site/sites.ts';
import type { BackupSchedule } from '../store/backup-schedule.ts';
import type { ServerCredentials } from '../tls/host-tls.ts';

/** What the API is made of. */
export interface ApiParts extends HostParts {
  readonly firmware: Firmware;
  readonly rollouts: Rollouts;
  readonly sites: Sites;
  /** Alarm rules, and what came of them. */
  readonly alarms: Alarms;
  /** Are told of meters. */
  readonly homeAssistants: HomeAssistants;
  /** Hand on what is committed. */
  readonly forwards: Forwards;
  readonly auth: Auth;
  /** Where every change is taken down. */
  readonly audit: Audit;
  /** Undefined where the database has no folder. */
  readonly backups?: BackupSchedule | undefined;
  /** Of this program, as health tells it. */
  readonly version: string;
  /** What page and API show by TLS; without it they speak plain HTTP. */
  readonly webTls?: ServerCredentials | undefined;
  /** Folder of the built page. */
  readonly webDir: string;
  /** Tells which requests are those of this machine's commands; without it none are. */
  readonly control?: Pick<Control, 'isOwn'> | undefined;
  readonly nowMs: () => number;
  readonly log: Log;
  /** How long a gateway may take to answer a command, ms; 10 s without it. */
  readonly commandTimeoutMs?: number;
  /** Other than the limits. */
  readonly chartCache?: { readonly columnBytes?: number; readonly bodyBytes?: number };
}

/** Fastify with handlers typed by the schemas of their route. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Everything that is counted, by name. */
export type Count = () => Promise<Record<string, number>>;

/** The routes of one resource. */
export type Routes = (api: Api, parts: ApiParts) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who is let in; a route that does not say it is closed. */
    readonly access?: RouteAccess;
    /** Of those for persons alone: answered to commands of this machine, too. */
    readonly isForCommands?: boolean;
    /** Answered to who brings the token for scrapers, too. */
    readonly isForScrapers?: boolean;
    /** Answered to who has to choose another password first, too. */
    readonly isBeforePasswordChange?: boolean;
  }
  interface FastifyRequest {
    session: SessionState | null;
    /** Who asks and what they may; null: a stranger. */
    access: Access | null;
  }
}
