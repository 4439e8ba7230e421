import type { Field } from '../../set-up/fields.ts';
import { everyColumn, meterColumns, quantityColumn } from '../meter-settings.ts';

const accessFields: readonly Field[] = [
  {
    name: 'url',
    kind: 'text',
    isPlace: true,
    label: { en: 'Server', de: 'Server', pt: 'Servidor' },
    hint: {
      en: 'opc.tcp://HOST:4840, with a path where the server has one.',
      de: 'opc.tcp://HOST:4840, mit Pfad, wenn der Server einen hat.',
      pt: 'opc.tcp://HOST:4840, com um caminho se o servidor o tiver.',
    },
  },
  {
    name: 'security',
    kind: 'choice',
    isPlace: true,
    label: { en: 'Security', de: 'Sicherheit', pt: 'Segurança' },
    hint: {
      en: 'With any but the first, both sides have to trust the certificate of the other.',
      de: 'Außer bei der ersten müssen beide Seiten dem Zertifikat der anderen vertrauen.',
      pt: 'Exceto na primeira, cada lado tem de confiar no certificado do outro.',
    },
    choices: [
      {
        value: 'encrypt',
        label: { en: 'Signed and encrypted', de: 'Signiert und verschlüsselt', pt: 'Assinada e cifrada' },
      },
      { value: 'sign', label: { en: 'Signed', de: 'Signiert', pt: 'Assinada' } },
      {
        value: 'none',
        label: {
          en: 'None: anybody in the network can read along',
          de: 'Keine: Jeder im Netz kann mitlesen',
          pt: 'Nenhuma: qualquer pessoa na rede pode ler',
        },
      },
    ],
  },
  {
    name: 'login',
    kind: 'choice',
    label: { en: 'Login', de: 'Anmeldung', pt: 'Início de sessão' },
    choices: [
      { value: 'anonymous', label: { en: 'None', de: 'Keine', pt: 'Nenhum' } },
      {
        value: 'user',
        label: {
          en: 'User name and password',
          de: 'Benutzername und Passwort',
          pt: 'Nome de utilizador e palavra-passe',
        },
      },
      {
        value: 'certificate',
        label: {
          en: 'Certificate of this host',
          de: 'Zertifikat dieses Hosts',
          pt: 'Certificado deste servidor',
        },
      },
    ],
  },
  {
    name: 'user',
    kind: 'text',
    isPlace: true,
    isOptional: true,
    label: { en: 'User name', de: 'Benutzername', pt: 'Nome de utilizador' },
  },
  {
    name: 'password',
    kind: 'secret',
    isOptional: true,
    label: { en: 'Password', de: 'Passwort', pt: 'Palavra-passe' },
    hint: {
      en: 'Without security some servers want it readable for anybody in the network.',
      de: 'Ohne Sicherheit wollen manche Server es für jeden im Netz lesbar.',
      pt: 'Sem segurança, alguns servidores querem-na legível para qualquer pessoa na rede.',
    },
  },
  {
    name: 'fingerprint',
    kind: 'text',
    isPlace: true,
    isOptional: true,
    label: {
      en: 'Fingerprint of the server (SHA-256)',
      de: 'Fingerabdruck des Servers (SHA-256)',
      pt: 'Impressão digital do servidor (SHA-256)',
    },
    hint: {
      en: 'Leave it empty first: looking around or trying tells it. Compare it with what the server shows, then enter it.',
      de: 'Erst leer lassen: Umsehen oder Probieren nennt ihn. Mit dem vergleichen, was der Server zeigt, dann eintragen.',
      pt: 'Deixe vazio primeiro: procurar ou experimentar indica-a. Compare com a que o servidor mostra e introduza-a.',
    },
  },
  {
    name: 'oldestS',
    kind: 'number',
    isOptional: true,
    unit: 's',
    label: { en: 'Too old after', de: 'Zu alt nach', pt: 'Demasiado antigo após' },
    hint: {
      en: 'Empty: however old. Only for servers that give each value a new time when it was measured again.',
      de: 'Leer: beliebig alt. Nur für Server, die jedem Wert eine neue Zeit geben, wenn er neu gemessen wurde.',
      pt: 'Vazio: qualquer idade. Só para servidores que dão nova hora a cada valor medido de novo.',
    },
  },
];

export const opcUaFields: readonly Field[] = [
  ...accessFields,
  {
    name: 'values',
    kind: 'rows',
    label: { en: 'Values', de: 'Werte', pt: 'Valores' },
    hint: {
      en: 'Rows with the same id are one meter.',
      de: 'Zeilen mit derselben Kennung sind ein Zähler.',
      pt: 'Linhas com o mesmo identificador são um contador.',
    },
    columns: [
      ...meterColumns,
      {
        name: 'nodeId',
        kind: 'text',
        label: { en: 'Node', de: 'Knoten', pt: 'Nó' },
        hint: {
          en: 'Its id, such as ns=2;s=Meter.Power or ns=2;i=1001.',
          de: 'Seine Kennung, etwa ns=2;s=Meter.Power oder ns=2;i=1001.',
          pt: 'O seu identificador, como ns=2;s=Meter.Power ou ns=2;i=1001.',
        },
      },
      quantityColumn,
      {
        name: 'factor',
        kind: 'number',
        isOptional: true,
        label: { en: 'Factor', de: 'Faktor', pt: 'Fator' },
        hint: {
          en: '1000 for kW and kWh; -1 turns the direction.',
          de: '1000 bei kW und kWh; -1 kehrt die Richtung um.',
          pt: '1000 para kW e kWh; -1 inverte o sentido.',
        },
      },
      { ...everyColumn, label: { en: 'Every', de: 'Alle', pt: 'A cada' } },
    ],
  },
];
