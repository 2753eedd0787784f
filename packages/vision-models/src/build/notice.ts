import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDescription, ModelName } from '../lib/catalogue.ts';
import { packageFolder } from './sources.ts';

/** The notice that goes with a network: what it is, whose it is, what was changed. */
export async function noticeOf(name: ModelName, model: ModelDescription): Promise<string> {
  const { package: source, files, licence, copyright, upstream, changes } = model.provenance;
  const manifest = await readFile(join(packageFolder(source), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return [
    `${name}: ${model.title}`,
    '',
    `Source:    npm package ${source} ${version}`,
    ...files.map((file) => `           ${file}`),
    `Upstream:  ${upstream}`,
    `Licence:   ${licence}`,
    `Copyright: ${copyright}`,
    `Changes:   ${changes}`,
    '',
  ].join('\n');
}
