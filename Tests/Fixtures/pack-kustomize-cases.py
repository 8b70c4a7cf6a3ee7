#!/usr/bin/env python3
"""Pack kustomize cases (a folder each: tree/, root.txt, expected.yaml or error.txt) into one JSON line a case.

usage: pack-kustomize-cases.py CASES_DIR > cases/kustomize.jsonl

Fields: name, root, files (path -> text, or {"base64": ...} for bytes that are no UTF-8), folders (empty ones),
links (path -> target), and either output (expected.yaml) and expected (its objects as JSON values, read as YAML 1.2 as
the output is meant) or error (its text).
"""
import base64, json, os, re, sys, yaml

class Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers = {}

for tag, rx in (('bool', '^(?:true|True|TRUE|false|False|FALSE)$'), ('null', '^(?:~|null|Null|NULL|)$'), ('int', '^[-+]?[0-9]+$'),
                ('float', r'^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$')):
    Loader.add_implicit_resolver('tag:yaml.org,2002:' + tag, re.compile(rx), None)
Loader.add_constructor('tag:yaml.org,2002:int', lambda l, n: int(n.value))
Loader.add_constructor('tag:yaml.org,2002:float', lambda l, n: float(n.value))

def canonical(x):
    if isinstance(x, dict): return {str(k): canonical(v) for k, v in x.items()}
    if isinstance(x, list): return [canonical(v) for v in x]
    if isinstance(x, float) and x == int(x) and abs(x) < 2 ** 53: return int(x)
    return x

def pack(folder):
    case = {'name': os.path.basename(folder), 'root': open(folder + '/root.txt').read().strip(), 'files': {}, 'folders': [], 'links': {}}
    top = folder + '/tree'
    for place, folders, names in os.walk(top):
        for name in sorted(folders + names):
            path = os.path.join(place, name); relative = os.path.relpath(path, top)
            if os.path.islink(path): case['links'][relative] = os.readlink(path)
            elif os.path.isdir(path):
                if not os.listdir(path): case['folders'].append(relative)
            else:
                raw = open(path, 'rb').read()
                try: case['files'][relative] = raw.decode('utf-8')
                except UnicodeDecodeError: case['files'][relative] = {'base64': base64.b64encode(raw).decode()}
    if os.path.exists(folder + '/error.txt'): case['error'] = open(folder + '/error.txt', encoding='utf-8').read()
    else:
        case['output'] = open(folder + '/expected.yaml', encoding='utf-8', newline='').read()
        case['expected'] = [canonical(x) for x in yaml.load_all(case['output'], Loader=Loader) if x]
    return case

for name in sorted(os.listdir(sys.argv[1])):
    print(json.dumps(pack(os.path.join(sys.argv[1], name)), sort_keys=True))
