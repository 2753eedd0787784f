export {
  type ModelDescription,
  type ModelName,
  type Provenance,
  type TensorDescription,
  modelCatalogue,
  modelNames,
  modelPath,
  textCharactersPath,
} from './lib/catalogue.ts';
