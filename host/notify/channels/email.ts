import { isIP } from 'node:net';
import { type Fault, fault } from '../../faults/fault.ts';
import { connectionFaultSaid, type Place } from '../../faults/of-connection.ts';
import { messageOf } from '../../message-of.ts';
import { Type } from '../../typebox.ts';
import { defineChannelKind } from '../channel-kind.ts';
import { DeliveryError } from '../delivery-error.ts';
import { notifyLimits } from '../limits.ts';
import { addressWithin } from '../reach.ts';
import { plain } from '../send-http.ts';

/** Without blanks, brackets, quotes, commas and line ends: one address, and nothing that a header could be made of. */
const address = '^[^\\s@<>"(),:;\\\\\\[\\]\\u0000-\\u001f\\u007f]{1,64}@[A-Za-z0-9.-]{1,253}$';
const ports = Object.freeze({ tls: 465, starttls: 587, plain: 25 });

/** E-mail through the SMTP server of one's provider, or one's own. */
export const email = defineChannelKind({
  id: 'email',
  name: { en: 'E-mail', de: 'E-Mail', pt: 'E-mail' },
  about: {
    en: 'Through the SMTP server of your mail provider.',
    de: 'Über den SMTP-Server Ihres Mail-Anbieters.',
    pt: 'Pelo servidor SMTP do seu fornecedor de e-mail.',
  },
  fields: [
    {
      name: 'host',
      label: { en: 'SMTP server', de: 'SMTP-Server', pt: 'Servidor SMTP' },
      kind: 'text',
      isPlace: true,
    },
    {
      name: 'security',
      label: { en: 'Encryption', de: 'Verschlüsselung', pt: 'Encriptação' },
      kind: 'choice',
      isPlace: true,
      choices: [
        { value: 'tls', label: { en: 'TLS (465)', de: 'TLS (465)', pt: 'TLS (465)' } },
        { value: 'starttls', label: { en: 'STARTTLS (587)', de: 'STARTTLS (587)', pt: 'STARTTLS (587)' } },
        { value: 'plain', label: { en: 'None (25)', de: 'Keine (25)', pt: 'Nenhuma (25)' } },
      ],
    },
    {
      name: 'port',
      label: { en: 'Port', de: 'Port', pt: 'Porta' },
      kind: 'number',
      isOptional: true,
      isPlace: true,
    },
    {
      name: 'user',
      label: { en: 'User', de: 'Benutzer', pt: 'Utilizador' },
      kind: 'text',
      isOptional: true,
      isPlace: true,
    },
    {
      name: 'password',
      label: { en: 'Password', de: 'Passwort', pt: 'Palavra-passe' },
      kind: 'secret',
      isOptional: true,
    },
    { name: 'from', label: { en: 'From', de: 'Absender', pt: 'Remetente' }, kind: 'text' },
    {
      name: 'to',
      label: { en: 'To', de: 'Empfänger', pt: 'Destinatários' },
      hint: {
        en: 'Several with commas between them.',
        de: 'Mehrere mit Kommas dazwischen.',
        pt: 'Vários, separados por vírgulas.',
      },
      kind: 'text',
    },
    {
      name: 'ca',
      label: { en: 'Authority (PEM)', de: 'Zertifizierungsstelle (PEM)', pt: 'Autoridade (PEM)' },
      hint: {
        en: 'Only where the certificate of the server is of your own authority.',
        de: 'Nur wenn das Zertifikat des Servers von Ihrer eigenen Stelle ist.',
        pt: 'Só se o certificado do servidor for de uma autoridade própria.',
      },
      kind: 'text',
      isPlace: true,
      isOptional: true,
    },
  ],
  settings: Type.Object(
    {
      host: Type.String({
        pattern: '^[A-Za-z0-9.:_-]{1,253}$',
        description: 'a name or an address of a server alone is allowed, such as mail.example.org',
      }),
      security: Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('plain')]),
      port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
      user: Type.Optional(Type.String({ maxLength: 256 })),
      password: Type.Optional(Type.String({ maxLength: 256 })),
      from: Type.String({ pattern: address, description: 'one e-mail address is allowed, without a name' }),
      to: Type.String({ minLength: 3, maxLength: 2000 }),
      /** For a server whose certificate is no public one: the authority's, as PEM. */
      ca: Type.Optional(Type.String({ maxLength: 20_000 })),
    },
    { additionalProperties: false },
  ),
  mistakes({ to, user, password, security }) {
    const wrong = recipientsOf(to).find(each => !new RegExp(address).test(each));
    return [
      ...(wrong === undefined ? [] : [{ field: 'to', message: `${plain(wrong)} is no e-mail address` }]),
      ...(recipientsOf(to).length === 0 ? [{ field: 'to', message: 'names no e-mail address' }] : []),
      ...(recipientsOf(to).length > 10 ? [{ field: 'to', message: 'at most 10 addresses are allowed' }] : []),
      ...((user ?? '') !== '' && security === 'plain'
        ? [
            {
              field: 'security',
              message: 'a password is not sent without encryption; choose TLS or STARTTLS',
            },
          ]
        : []),
      ...((user ?? '') !== '' && (password ?? '') === ''
        ? [{ field: 'password', message: 'is missing for this user' }]
        : []),
    ];
  },
  async send({ host, security, port, user, password, from, to, ca }, message, { reach, signal }) {
    const [nodemailer, at] = await Promise.all([import('nodemailer'), addressWithin(reach, host)]);
    signal.throwIfAborted();
    const timeoutMs = notifyLimits.sendMs;
    const transport = nodemailer.createTransport({
      // What was judged is what is connected to; the certificate is to be of the name.
      host: at,
      port: port ?? ports[security],
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'plain',
      ...(isIP(host) === 0 && { servername: host }),
      tls: {
        minVersion: 'TLSv1.2',
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca !== undefined && { ca }),
      },
      ...((user ?? '') !== '' && { auth: { user, pass: password } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // Each answer may take its time, all of them together not for ever.
    const until = AbortSignal.any([signal, AbortSignal.timeout(notifyLimits.mailMs)]);
    try {
      const sent = await transport.sendMail({
        from: { name: 'Joulegate', address: from },
        to: recipientsOf(to).map(each => ({ name: '', address: each })),
        subject: message.title,
        text: message.text,
        html: message.html,
        messageId: `<${message.id}@joulegate>`,
        date: new Date(message.atMs),
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: until,
        ...(message.severity === 'critical' && { priority: 'high' as const }),
      });
      const refused = sent.rejected.map(plain);
      // The others have it: another try would tell them twice.
      return `${plain(sent.response)}${refused.length === 0 ? '' : `; refused for ${refused.join(', ')}`}`;
    } catch (error) {
      if (until.aborted && !signal.aborted)
        throw new DeliveryError(fault('mail.timeout', { host, seconds: notifyLimits.mailMs / 1000 }));
      const place = { host, port: port ?? ports[security] };
      throw new DeliveryError(mailFault(error, place), { isFinal: isRefused(error) });
    } finally {
      transport.close();
    }
  },
});

/** Addresses of a list with commas. */
export const recipientsOf = (to: string): string[] =>
  to
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');

/** What nodemailer says: it names a refused login EAUTH, and gives an answer of the server its code (RFC 5321, section 4.2). */
function mailFault(error: unknown, place: Place): Fault {
  const said = plain(messageOf(error));
  const { host } = place;
  const { code, responseCode }: { message?: string; code?: unknown; responseCode?: unknown } =
    error instanceof Error ? error : {};
  if (code === 'EAUTH') return fault('mail.login', { host, said }, said);
  if (typeof responseCode === 'number') return fault('mail.refused', { host, said }, said);
  return connectionFaultSaid(said, place);
}

/** The message itself is refused (RFC 5321: 552 too large, 554 content), not who sends it or the server's state. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  'responseCode' in error &&
  (error.responseCode === 552 || error.responseCode === 554) &&
  'command' in error &&
  error.command === 'DATA';
