# Install GD Studio, update it and uninstall it, and see each time whether all is as it should be.
#
# Not yet run on Windows: written from the documentation.
#
#     packaging\windows\verify.ps1 dist\gd-studio-VERSION-windows-x64.exe
#
# For a computer that has no GD Studio of its own: what is installed there is gone afterwards.

param([Parameter(Mandatory)] [string] $Installer)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Installer = (Resolve-Path $Installer).Path
$app = "$env:LOCALAPPDATA\Programs\GD Studio"
$classes = 'HKCU:\Software\Classes'
$settings = 'HKCU:\Software\GD Studio\GD Studio'
$menu = "$([Environment]::GetFolderPath('Programs'))\GD Studio.lnk"

function Confirm-That([bool] $Holds, [string] $Sentence) {
    if (-not $Holds) {
        throw "It does not hold that $Sentence."
    }
    Write-Host "ok: $Sentence"
}

# Start-Process waits for the whole family, as an uninstaller goes on in a copy of itself.
function Start-AndWait([string] $Program, [string[]] $Arguments) {
    $done = Start-Process -FilePath $Program -ArgumentList $Arguments -Wait -PassThru
    Confirm-That ($done.ExitCode -eq 0) "$(Split-Path -Leaf $Program) ends well"
}

function Install {
    Start-AndWait $Installer '/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART', '/TASKS=path'
}

function Get-UserPath {
    $environment = Get-Item 'HKCU:\Environment'
    return [string] $environment.GetValue('Path', '', 'DoNotExpandEnvironmentNames')
}

function Get-TimesOnPath {
    return @((Get-UserPath) -split ';' | Where-Object { $_ -eq $app }).Count
}

Confirm-That (-not (Test-Path $app)) 'there is no GD Studio here yet'
$pathBefore = Get-UserPath

Write-Host '--- installing'
Install
& "$app\gd-studio.exe" --version
Confirm-That ($LASTEXITCODE -eq 0) 'the installed program says its version'
& "$app\gd-studio.exe" --self-test
Confirm-That ($LASTEXITCODE -eq 0) 'the installed program passes its self-test'
Confirm-That (Test-Path $menu) 'it is in the Start menu'
$kind = (Get-Item "$classes\.gdstudio").GetValue('')
$command = (Get-Item "$classes\$kind\shell\open\command").GetValue('')
$expected = "`"$app\gd-studiow.exe`" open `"%1`""
Confirm-That ($command -eq $expected) 'a double click on .gdstudio opens it'
$icon = (Get-Item "$classes\$kind\DefaultIcon").GetValue('')
Confirm-That (Test-Path $icon) 'experiments have an icon'
Confirm-That ((Get-TimesOnPath) -eq 1) 'the PATH has its folder'

foreach ($text in 'LICENSE', 'THIRD-PARTY.md') {
    Confirm-That (Test-Path "$app\$text") "$text came with it"
}

Write-Host '--- updating'
$stray = "$app\_internal\of-an-older-version.txt"
Set-Content $stray 'This goes.'
if (-not (Test-Path $settings)) {
    New-Item -Force $settings | Out-Null
}
Set-ItemProperty $settings 'left-alone' 'yes'
Install
Confirm-That (-not (Test-Path $stray)) 'nothing of an older version stays'
Confirm-That ((Get-TimesOnPath) -eq 1) 'the PATH has its folder once'
& "$app\gd-studio.exe" --self-test
Confirm-That ($LASTEXITCODE -eq 0) 'the updated program passes its self-test'

Write-Host '--- uninstalling'
Start-AndWait "$app\unins000.exe" '/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART'
Confirm-That (-not (Test-Path $app)) 'its folder is gone'
Confirm-That (-not (Test-Path $menu)) 'it is gone from the Start menu'
Confirm-That (-not (Test-Path "$classes\.gdstudio")) '.gdstudio is nobody''s'
Confirm-That (-not (Test-Path "$classes\$kind")) 'its kind of file is gone'
Confirm-That ((Get-TimesOnPath) -eq 0) 'its folder is gone from the PATH'
Confirm-That ((Get-UserPath) -eq $pathBefore.TrimEnd(';')) 'the rest of the PATH is as it was'
Confirm-That ((Get-Item $settings).GetValue('left-alone') -eq 'yes') 'the settings are still there'
Remove-ItemProperty $settings 'left-alone'
