import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What Prisma calls the writing methods of a model. */
const writingVerbs = new Set([
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
]);
const rawMethod = /^\$(?:execute|query)Raw(?:Unsafe)?$/u;
/** Parts of statements that write. Not `SELECT … FOR UPDATE`, not `set_config`. */
const writingSql =
  /\b(?:insert|merge)\s+into\b|\bupdate\b[^;]*?\sset\s|\bdelete\s+from\b|\btruncate\b/iu;

/**
 * Where rows are changed by a repository that is handed a transaction, the event is recorded by
 * whoever calls it. Follows the calls of an app upwards from every statement that writes, until a
 * method that records an event: what is reached without one, and is called by nobody, is silent.
 *
 * A method is known by the class of the field that it is called on, a function by its name.
 * What is called in any other way counts as called by nobody, so that it is not overlooked.
 *
 * @param {string} folder the app's `src`
 * @param {readonly string[]} excused units (`Class.method`, `function`) that need no event
 * @returns {{ silent: string[], needless: string[] }} chains from a caller down to what writes;
 *   and what is excused and need not be
 */
export function findSilentChanges(folder, excused) {
  const units = new Map(sourcesOf(folder).flatMap(readUnits));
  markHelpers(units);
  const callers = callersOf(units);
  const reached = new Map();
  const waiting = [...units].filter(([, { writes }]) => writes).map(([name]) => [name, name]);
  const needless = new Set(excused);
  while (waiting.length > 0) {
    const [name, chain] = waiting.pop();
    if (reached.has(name) || units.get(name).records) continue;
    if (excused.includes(name)) {
      needless.delete(name);
      continue;
    }
    reached.set(name, chain);
    for (const caller of callers.get(name) ?? [])
      waiting.push([caller, `${caller} → ${chain}`]);
  }
  return {
    silent: [...reached]
      .filter(([name]) => isCalledByNobody(name, callers))
      .map(([, chain]) => chain)
      .sort(),
    needless: [...needless],
  };
}

function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.tsx?$/u.test(file) && !/\.(?:spec|d)\.tsx?$/u.test(file))
    .filter((file) => !file.split('/').includes('generated'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    });
}

/** Methods and functions, with what they write, record and call. */
function readUnits(source) {
  const units = [];
  const imports = { ...importsOf(source), statements: statementsOf(source) };
  source.forEachChild((node) => {
    if (ts.isClassDeclaration(node)) units.push(...methodsOf(node, imports));
    if (ts.isFunctionDeclaration(node))
      units.push([node.name.text, readUnit(node, new Map(), imports)]);
    if (!ts.isVariableStatement(node)) return;
    for (const { name, initializer } of node.declarationList.declarations) {
      if (initializer && !imports.statements.has(name.getText()))
        units.push([name.getText(), readUnit(initializer, new Map(), imports)]);
    }
  });
  return units;
}

/** Names of the file's constants that are statements which write, or made of one. */
function statementsOf(source) {
  const statements = new Set();
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations);
  for (const { name, initializer } of declarations) {
    if (initializer === undefined || ts.isFunctionLike(initializer)) continue;
    if (isStatement(initializer, statements)) statements.add(name.getText());
  }
  return statements;
}

function isStatement(node, statements) {
  if (isText(node)) return writingSql.test(node.getText());
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
    return false;
  return statements.has(node.expression.expression.getText());
}

function isText(node) {
  return ts.isTemplateLiteral(node) || ts.isStringLiteral(node);
}

/** Names that come from packages, and names that stand for a file of the app. */
function importsOf(source) {
  const foreign = new Set();
  const files = new Set();
  for (const statement of source.statements.filter(ts.isImportDeclaration)) {
    const { importClause: clause, moduleSpecifier } = statement;
    const own = moduleSpecifier.text.startsWith('.');
    const named = clause?.namedBindings;
    if (named === undefined) continue;
    if (ts.isNamespaceImport(named)) (own ? files : foreign).add(named.name.text);
    else if (!own) for (const { name } of named.elements) foreign.add(name.text);
  }
  return { foreign, files };
}

function methodsOf(node, imports) {
  const own = node.name.text;
  const fields = new Map([['this', own]]);
  for (const member of node.members) {
    const typed = ts.isConstructorDeclaration(member) ? member.parameters : [member];
    for (const { name, type } of typed) {
      if (type && ts.isTypeReferenceNode(type)) fields.set(name.getText(), type.getText());
    }
  }
  return node.members
    .filter((member) => member.name !== undefined)
    .map((member) => [`${own}.${member.name.getText()}`, readUnit(member, fields, imports)]);
}

function readUnit(unit, fields, imports) {
  const found = { writes: false, records: false, calls: new Set() };
  const visit = (node) => {
    if (ts.isCallExpression(node))
      readCall(node.expression, node.arguments[0], { fields, imports, found });
    if (ts.isTaggedTemplateExpression(node))
      readCall(node.tag, node.template, { fields, imports, found });
    // Whatever it is handed to: it is written down to be sent.
    if (ts.isIdentifier(node) && imports.statements.has(node.text)) found.writes = true;
    node.forEachChild(visit);
  };
  visit(unit);
  return found;
}

function readCall(callee, argument, { fields, imports, found }) {
  if (ts.isIdentifier(callee) && !imports.foreign.has(callee.text))
    found.calls.add(callee.text);
  if (!ts.isPropertyAccessExpression(callee)) return;
  const { name, expression: on } = callee;
  const method = name.text;
  const last = ts.isPropertyAccessExpression(on) ? on.name.text : on.getText();
  if (method === 'record' && last === 'audit') found.records = true;
  if (isRawWrite(method, argument) || isModelWrite(method, on)) found.writes = true;
  if (imports.files.has(last)) found.calls.add(method);
  const type = fields.get(last);
  if (type !== undefined) found.calls.add(`${type}.${method}`);
}

function isModelWrite(method, on) {
  return writingVerbs.has(method) && /^(?:tx|this\.client)\.\w+$/u.test(on.getText());
}

/** What cannot be read is taken to write. */
function isRawWrite(method, argument) {
  if (!rawMethod.test(method)) return false;
  const readable = argument !== undefined && isText(argument);
  // Called with type arguments, a tagged template is no argument.
  return !readable || writingSql.test(argument.getText());
}

/** What calls a method of its own class that does nothing but record an event records it, too. */
function markHelpers(units) {
  const helpers = new Set(
    [...units].filter(([, { records, writes }]) => records && !writes).map(([name]) => name),
  );
  for (const [name, unit] of units) {
    const prefix = name.includes('.') ? `${name.split('.')[0]}.` : undefined;
    unit.records ||= [...unit.calls].some(
      (called) => prefix !== undefined && called.startsWith(prefix) && helpers.has(called),
    );
  }
}

function callersOf(units) {
  const callers = new Map();
  for (const [name, { calls }] of units) {
    for (const called of calls) {
      if (called === name || !units.has(called)) continue;
      callers.set(called, [...(callers.get(called) ?? []), name]);
    }
  }
  return callers;
}

/** Those who call each other, and are called by nobody else, are called by nobody. */
function isCalledByNobody(name, callers) {
  return [...aboveOf(name, callers)].every((above) => aboveOf(above, callers).has(name));
}

/** Who calls it, who calls those, and so on. */
function aboveOf(name, callers) {
  const above = new Set();
  const waiting = [...(callers.get(name) ?? [])];
  while (waiting.length > 0) {
    const caller = waiting.pop();
    if (above.has(caller)) continue;
    above.add(caller);
    waiting.push(...(callers.get(caller) ?? []));
  }
  return above;
}
