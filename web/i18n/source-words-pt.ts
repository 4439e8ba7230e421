import type { SourceWords } from './source-words-en.ts';

/** Portuguese of sources that are no gateways: how they are added, tried and changed. */
export const sourceWordsPt: SourceWords = {
  title: 'Outras fontes',
  intro: 'Contadores sem gateway: o que já fala Modbus, MQTT ou outra linguagem é lido a partir daqui.',
  none: 'Ainda não foi adicionada nenhuma fonte.',
  add: 'Adicionar uma fonte',
  removeAsk: name =>
    `Remover ${name}? Deixa de ser lida, e as suas definições e palavras-passe são esquecidas. O que mediu permanece.`,
  isOn: 'Ligada',
  isOff: 'Desligada',
  isFaulty: 'Nada se ouve',
  noMeters: 'Os seus contadores aparecem aqui quando tiverem sido lidos.',
  atSite: site => `instalação ${site}`,
  unknown: 'Esta fonte já não existe.',
  which: 'O que pretende ler?',
  nameHelp: 'Como lhe chama, por exemplo «Cave».',
  id: 'Identificador',
  discover: 'Procurar à volta',
  discoverHelp: 'Procura durante alguns segundos o que se pode ler, com o que está preenchido acima.',
  discovering: 'A procurar, no máximo 12 segundos…',
  found: count => `Encontrados: ${count}`,
  foundNone:
    'Nada foi encontrado. Veja se o dispositivo está ligado e o que está preenchido acima, ou preencha o resto.',
  take: 'Usar',
  taken: 'Usado; está no formulário acima.',
  takeOf: title => `Usar ${title}`,
  trying: 'A ler, no máximo 12 segundos…',
  tryHelp: 'Lê durante alguns segundos e mostra o que chega. Nada é guardado.',
  stop: 'Parar',
  tried: 'O que chegou',
  triedNone: 'Nada chegou neste tempo. O que fala raramente ainda pode chegar; pode guardar na mesma.',
  noValues: 'Ainda sem valor',
  meters: 'Contadores',
  source: 'Fonte',
  manage: 'Definições desta fonte',
};
