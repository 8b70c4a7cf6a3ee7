#!/usr/bin/env python3
"""Times `registrylint diff` over whole histories side by side with git, and prints ratios.

usage: Benchmarks/history.py [--bin .build/release/registrylint] [--runs 3] [--keep DIR] [--commits 10000] [REPOSITORY …]

Generates a history of 10,000 commits over 2,000 files, of which one in ten commits touches registry configuration, and
compares with `git log -p --raw` written to nothing. Repositories that are named are compared with `git log --raw`.
Commands run in turn; figures are medians. The CPU time counts on a machine that others use too.
"""
import argparse, os, random, shutil, statistics, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument('--bin', default='.build/release/registrylint')
parser.add_argument('--runs', type=int, default=3)
parser.add_argument('--commits', type=int, default=10_000)
parser.add_argument('--keep')
parser.add_argument('repositories', nargs='*')
options = parser.parse_args()
TOOL = os.path.abspath(options.bin)
WORK = options.keep or tempfile.mkdtemp()
os.makedirs(WORK, exist_ok=True)
FILES, INTERESTING = 2_000, 200


def deployment(i, version):
    return f'''apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{i}
  namespace: team-{i % 40}
spec:
  replicas: {version % 7 + 1}
  selector: {{matchLabels: {{app: app-{i}}}}}
  template:
    metadata: {{labels: {{app: app-{i}}}}}
    spec:
      containers:
      - name: main
        image: quay.io/team/app-{i}:{version}
'''


def configuration(i, version):
    if i % 2 == 0:
        entries = ''.join(f'    - registry-{(i * 7 + k * 13 + version * (k == 0)) % 100}.example.com:5000\n' for k in range(6))
        return ('apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n'
                '    insecureRegistries:\n' + entries)
    entries = ''.join(f'  - source: quay.io/team-{(i * 7 + k * 13 + version * (k == 0)) % 1000}/app\n    mirrors:\n'
                      f'    - registry.example.com:5000/team-{k}/app\n' for k in range(6))
    return ('apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: mirrors\nspec:\n'
            '  imageDigestMirrors:\n' + entries)


def path(i):
    if i < INTERESTING:
        return f'clusters/c{i // 2}/' + ('image.yaml' if i % 2 == 0 else 'mirrors.yaml')
    return f'teams/t{i % 40}/app-{i}/deployment.yaml'


def history():
    """Through git fast-import: all files, then commits of one or two changed files."""
    root = os.path.join(WORK, 'history')
    if os.path.exists(root):
        return root
    subprocess.run(['git', 'init', '-q', root], check=True)
    chance = random.Random(1)
    versions = [0] * FILES
    process = subprocess.Popen(['git', 'fast-import', '--quiet'], cwd=root, stdin=subprocess.PIPE)

    def commit(number, changed):
        message = f'commit {number}'.encode()
        lines = [b'commit refs/heads/main\ncommitter b <b@example.com> %d +0000\ndata %d\n%s\n' %
                 (1_600_000_000 + number * 60, len(message), message)]
        for i in changed:
            text = (configuration if i < INTERESTING else deployment)(i, versions[i]).encode()
            lines.append(b'M 100644 inline %s\ndata %d\n%s\n' % (path(i).encode(), len(text), text))
        process.stdin.write(b''.join(lines))

    commit(0, range(FILES))
    for number in range(1, options.commits):
        if number % 10 == 0:
            changed = [chance.randrange(INTERESTING)]
        else:
            changed = {chance.randrange(INTERESTING, FILES) for _ in range(chance.choice((1, 2, 3)))}
        for i in changed:
            versions[i] += 1
        commit(number, sorted(changed))
    process.stdin.close()
    if process.wait():
        sys.exit('git fast-import failed')
    subprocess.run(['git', 'symbolic-ref', 'HEAD', 'refs/heads/main'], cwd=root, check=True)
    subprocess.run(['git', '-c', 'gc.auto=0', 'repack', '-adq'], cwd=root, check=True)
    return root


def once(command, cwd):
    """Wall seconds, CPU seconds and peak memory in MB of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    # 3: a partial clone lacks blobs, which registrylint says and git does not read.
    if process.returncode not in (0, 1, 3):
        sys.exit(f'status {process.returncode}: {command}: {error.decode(errors="replace")[:500]}')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, commands, cwd):
    """Runs the commands in turn; the first is the measure of the others."""
    figures = {name: [] for name, _ in commands}
    for _ in range(options.runs):
        for name, command in commands:
            figures[name].append(once(command, cwd))
    base = [statistics.median(f[k] for f in figures[commands[0][0]]) for k in range(2)]
    print(f'\n{title}\n| command | wall | CPU | memory | wall ratio | CPU ratio |\n|---|---|---|---|---|---|')
    for name, _ in commands:
        wall, cpu, memory = (statistics.median(f[k] for f in figures[name]) for k in range(3))
        print(f'| {name} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MB | {wall / base[0]:.2f} | {cpu / base[1]:.2f} |', flush=True)


diff = [TOOL, 'diff', '--no-config', '--root', 'HEAD', '--fail-on', 'never']
compare(f'## {options.commits:,} commits over {FILES:,} files, one in ten touches registry configuration', [
    ('git log -p --raw', ['git', 'log', '-p', '--raw', 'HEAD']), ('git log --raw', ['git', 'log', '--raw', 'HEAD']),
    ('registrylint diff --root HEAD', diff)], history())
for repository in options.repositories:
    compare(f'## {os.path.basename(os.path.abspath(repository))}', [
        ('git log --raw', ['git', 'log', '--raw', 'HEAD']), ('registrylint diff --root HEAD', diff)], repository)
if not options.keep:
    shutil.rmtree(WORK)
