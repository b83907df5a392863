# Build GD Studio for Windows: dist\gd-studio, and in dist an installer of it.
#
# Not yet run on Windows: written from the documentation of PowerShell, PyInstaller and Inno Setup.
#
#     powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1
#
# Needs 64-bit Windows, Python 3.11 and Inno Setup 6.3 or newer. It runs in Windows PowerShell 5.1
# and in PowerShell 7, and stops at the first error.

param(
    # The Python that the build's own environment is made with. By default the launcher's 3.11.
    [string] $Python = ''
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Neither version of PowerShell stops at a program that fails.
function Invoke-Step([scriptblock] $Step) {
    & $Step
    if ($LASTEXITCODE -ne 0) {
        throw "This failed, with the status ${LASTEXITCODE}: $Step"
    }
}

function Find-InnoSetup {
    $onPath = Get-Command iscc.exe -ErrorAction SilentlyContinue
    if ($onPath) {
        return $onPath.Source
    }
    $places = "${env:ProgramFiles(x86)}", $env:ProgramFiles, "$env:LOCALAPPDATA\Programs"
    foreach ($folder in $places) {
        $compiler = "$folder\Inno Setup 6\ISCC.exe"
        if (Test-Path $compiler) {
            return $compiler
        }
    }
    throw 'Inno Setup 6 was not found: install it, or put the folder of iscc.exe on the PATH.'
}

Push-Location (Split-Path -Parent (Split-Path -Parent $PSScriptRoot))
try {
    # First of all: what is missing is said before the build, and not after it.
    $iscc = Find-InnoSetup
    if ($Python -eq '') {
        Invoke-Step { $script:Python = & py -3.11 -c 'import sys; print(sys.executable)' }
    }
    $kind = & $Python -c 'import platform; print(platform.python_version(), platform.machine())'
    if ($LASTEXITCODE -ne 0 -or $kind -notmatch '^3\.11\.\S+ AMD64$') {
        throw "A 64-bit Python 3.11 is needed, which $Python is not: name one with -Python."
    }

    Write-Host '--- its own environment'
    Invoke-Step { & $Python -m venv --clear build\venv }
    $own = 'build\venv\Scripts\python.exe'
    Invoke-Step { & $own -m pip install '.[package]' --constraint constraints.txt }
    Invoke-Step { $script:version = & $own -c 'import gd_studio; print(gd_studio.__version__)' }

    Write-Host '--- the frozen program'
    if (Test-Path dist\gd-studio) {
        Remove-Item -Recurse -Force dist\gd-studio
    }
    Invoke-Step { & $own packaging\icons.py build\icons }
    Invoke-Step {
        & build\venv\Scripts\pyinstaller.exe --noconfirm --distpath dist `
            --workpath build\pyinstaller packaging\gd-studio.spec
    }
    Invoke-Step { & $own packaging\licences.py dist\gd-studio dist\gd-studio }

    Write-Host '--- does it work'
    Invoke-Step { & dist\gd-studio\gd-studio.exe --self-test }

    Write-Host '--- the installer'
    Invoke-Step { & $iscc /Qp "/DVersion=$version" packaging\windows\gd-studio.iss }
    Write-Host "Built dist\gd-studio-$version-windows-x64.exe"
}
finally {
    Pop-Location
}
