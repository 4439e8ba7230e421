import type { FleetWords } from './fleet-words-en.ts';

/** Portuguese of the list of gateways, and of how a new one comes. */
export const fleetWordsPt: FleetWords = {
  parts: { list: 'Lista', rollouts: 'Distribuição', new: 'Novo gateway', sources: 'Outras fontes' },
  find: 'Procurar',
  findHelp: 'Nome, contador, placa ou versão',
  show: 'Mostrar',
  filters: { all: 'Todos', trouble: 'Com problemas', offline: 'Desligados', waiting: 'Muito por enviar' },
  filter: (name, count) => `${name} ${count}`,
  sort: 'Ordenar por',
  sorts: {
    trouble: 'problemas primeiro',
    name: 'nome',
    journal: 'por enviar e descartado',
    firmware: 'firmware mais antigo',
    seen: 'ausentes há mais tempo',
  },
  shown: (shown, all) => `${shown} de ${all} mostrados`,
  noneShown: 'Nenhum gateway está assim.',
  showAll: 'Mostrar todos',
  full: share => `diário ${share} cheio`,
  meters: count => `Contadores: ${count}`,
  metersWell: (well, all) => `${well} de ${all} contadores bem`,
  chosen: count => `${count} escolhidos`,
  chooseAll: 'Escolher todos',
  chooseNone: 'Não escolher nenhum',
  steps: {
    title: 'Da placa vazia aos valores nesta página',
    meters: 'Linhas e contadores',
    metersHelp:
      'Abra o novo gateway, adicione as linhas nas definições e deixe uma pesquisa encontrar os contadores nelas.',
  },
};
