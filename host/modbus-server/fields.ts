import type { Field } from '../set-up/fields.ts';
import { modbusServerLimits } from './limits.ts';

const { usual, min, max } = modbusServerLimits.oldestS;

export const modbusServerFields: readonly Field[] = [
  {
    name: 'meter',
    kind: 'text',
    label: { en: 'Meter', de: 'Zähler', pt: 'Contador' },
    hint: {
      en: 'GATEWAY.METER, such as cellar.house; of a gateway or a connector.',
      de: 'GATEWAY.ZÄHLER, etwa cellar.house; eines Gateways oder Konnektors.',
      pt: 'GATEWAY.CONTADOR, como cellar.house; de um gateway ou conector.',
    },
  },
  {
    name: 'port',
    kind: 'number',
    label: { en: 'TCP port', de: 'TCP-Port', pt: 'Porta TCP' },
    hint: {
      en: '502 is usual, and needs rights of the system; 1502 where the client can be told so.',
      de: 'Üblich ist 502, was Rechte des Systems verlangt; 1502, wo man es dem Gerät sagen kann.',
      pt: '502 é habitual e exige direitos do sistema; 1502 onde o cliente o permite.',
    },
  },
  {
    name: 'unit',
    kind: 'number',
    isOptional: true,
    label: { en: 'Unit', de: 'Geräteadresse', pt: 'Unidade' },
    hint: { en: 'Empty: 1.', de: 'Leer: 1.', pt: 'Vazio: 1.' },
  },
  {
    name: 'address',
    kind: 'text',
    isOptional: true,
    label: { en: 'Listens at', de: 'Lauscht auf', pt: 'Escuta em' },
    hint: {
      en: 'An IP address of this machine, or 0.0.0.0 for all. Empty: this machine alone.',
      de: 'Eine IP-Adresse dieses Rechners, oder 0.0.0.0 für alle. Leer: nur dieser Rechner.',
      pt: 'Um endereço IP desta máquina, ou 0.0.0.0 para todos. Vazio: só esta máquina.',
    },
  },
  {
    name: 'clients',
    kind: 'rows',
    isOptional: true,
    label: { en: 'Who may ask', de: 'Wer fragen darf', pt: 'Quem pode perguntar' },
    hint: {
      en: 'Nobody else is answered. Empty: this machine alone.',
      de: 'Sonst erhält niemand eine Antwort. Leer: nur dieser Rechner.',
      pt: 'Mais ninguém recebe resposta. Vazio: só esta máquina.',
    },
    columns: [
      {
        name: 'address',
        kind: 'text',
        label: { en: 'Address or network', de: 'Adresse oder Netz', pt: 'Endereço ou rede' },
        hint: {
          en: 'Of the inverter or wall box: 192.168.1.20, or 192.168.1.0/24.',
          de: 'Des Wechselrichters oder der Wallbox: 192.168.1.20, oder 192.168.1.0/24.',
          pt: 'Do inversor ou carregador: 192.168.1.20, ou 192.168.1.0/24.',
        },
      },
    ],
  },
  {
    name: 'oldestS',
    kind: 'number',
    isOptional: true,
    unit: 's',
    label: { en: 'Oldest value', de: 'Ältester Wert', pt: 'Valor mais antigo' },
    hint: {
      en: `${min} to ${max}; empty: ${usual}. What is older is refused, never shown.`,
      de: `${min} bis ${max}; leer: ${usual}. Was älter ist, wird verweigert, nie gezeigt.`,
      pt: `${min} a ${max}; vazio: ${usual}. O que for mais antigo é recusado, nunca mostrado.`,
    },
  },
  {
    name: 'serial',
    kind: 'number',
    isOptional: true,
    label: { en: 'Serial number', de: 'Seriennummer', pt: 'Número de série' },
    hint: {
      en: 'Empty: one made of the id, always the same.',
      de: 'Leer: eine aus der Kennung gebildete, immer dieselbe.',
      pt: 'Vazio: um feito do identificador, sempre o mesmo.',
    },
  },
];
