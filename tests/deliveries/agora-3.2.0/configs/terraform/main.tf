# Machines virtuelles d'AGORA-GED. Les serveurs de base (prd-agora-db01, prd-agora-db02)
# sont physiques et décrits dans registers/inventory.csv.

provider "vsphere" {
  vsphere_server       = "vcenter.example.internal"
  allow_unverified_ssl = false
}

locals {
  tags = {
    owner       = "equipe-ged"
    env         = "production"
    cost_center = "CC-4120"
  }
}

resource "vsphere_tag_category" "agora" {
  for_each         = local.tags
  name             = each.key
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine"]
}

resource "vsphere_tag" "agora" {
  for_each    = local.tags
  name        = each.value
  category_id = vsphere_tag_category.agora[each.key].id
}

data "vsphere_datacenter" "par_a" {
  name = "PAR-A"
}

data "vsphere_resource_pool" "par_a" {
  name          = "production"
  datacenter_id = data.vsphere_datacenter.par_a.id
}

data "vsphere_datastore" "par_a" {
  name          = "baie-production"
  datacenter_id = data.vsphere_datacenter.par_a.id
}

data "vsphere_network" "par_a" {
  name          = "prod-agora"
  datacenter_id = data.vsphere_datacenter.par_a.id
}

data "vsphere_datacenter" "par_b" {
  name = "PAR-B"
}

data "vsphere_resource_pool" "par_b" {
  name          = "production"
  datacenter_id = data.vsphere_datacenter.par_b.id
}

data "vsphere_datastore" "par_b" {
  name          = "baie-production"
  datacenter_id = data.vsphere_datacenter.par_b.id
}

data "vsphere_network" "par_b" {
  name          = "prod-agora"
  datacenter_id = data.vsphere_datacenter.par_b.id
}

data "vsphere_virtual_machine" "debian12" {
  name          = "modele-debian12-socle"
  datacenter_id = data.vsphere_datacenter.par_a.id
}

resource "vsphere_virtual_machine" "prd_agora_web01" {
  name             = "prd-agora-web01"
  resource_pool_id = data.vsphere_resource_pool.par_a.id
  datastore_id     = data.vsphere_datastore.par_a.id
  num_cpus         = 4
  memory           = 8192
  guest_id         = "debian12_64Guest"
  firmware         = "efi"

  efi_secure_boot_enabled = true
  tags                    = [for tag in vsphere_tag.agora : tag.id]

  network_interface {
    network_id = data.vsphere_network.par_a.id
  }

  disk {
    label = "systeme"
    size  = 60
  }

  disk {
    label       = "donnees"
    size        = 40
    unit_number = 1
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.debian12.id

    customize {
      linux_options {
        host_name = "prd-agora-web01"
        domain    = "example.internal"
      }

      network_interface {
        ipv4_address = "192.0.2.11"
        ipv4_netmask = 24
      }

      ipv4_gateway = "192.0.2.1"
    }
  }
}

resource "vsphere_virtual_machine" "prd_agora_web02" {
  name             = "prd-agora-web02"
  resource_pool_id = data.vsphere_resource_pool.par_b.id
  datastore_id     = data.vsphere_datastore.par_b.id
  num_cpus         = 4
  memory           = 8192
  guest_id         = "debian12_64Guest"
  firmware         = "efi"

  efi_secure_boot_enabled = true
  tags                    = [for tag in vsphere_tag.agora : tag.id]

  network_interface {
    network_id = data.vsphere_network.par_b.id
  }

  disk {
    label = "systeme"
    size  = 60
  }

  disk {
    label       = "donnees"
    size        = 40
    unit_number = 1
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.debian12.id

    customize {
      linux_options {
        host_name = "prd-agora-web02"
        domain    = "example.internal"
      }

      network_interface {
        ipv4_address = "192.0.2.12"
        ipv4_netmask = 24
      }

      ipv4_gateway = "192.0.2.1"
    }
  }
}

resource "vsphere_virtual_machine" "prd_agora_app01" {
  name             = "prd-agora-app01"
  resource_pool_id = data.vsphere_resource_pool.par_a.id
  datastore_id     = data.vsphere_datastore.par_a.id
  num_cpus         = 8
  memory           = 32768
  guest_id         = "debian12_64Guest"
  firmware         = "efi"

  efi_secure_boot_enabled = true
  tags                    = [for tag in vsphere_tag.agora : tag.id]

  network_interface {
    network_id = data.vsphere_network.par_a.id
  }

  disk {
    label = "systeme"
    size  = 60
  }

  disk {
    label       = "donnees"
    size        = 100
    unit_number = 1
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.debian12.id

    customize {
      linux_options {
        host_name = "prd-agora-app01"
        domain    = "example.internal"
      }

      network_interface {
        ipv4_address = "192.0.2.21"
        ipv4_netmask = 24
      }

      ipv4_gateway = "192.0.2.1"
    }
  }
}

resource "vsphere_virtual_machine" "prd_agora_app02" {
  name             = "prd-agora-app02"
  resource_pool_id = data.vsphere_resource_pool.par_b.id
  datastore_id     = data.vsphere_datastore.par_b.id
  num_cpus         = 8
  memory           = 32768
  guest_id         = "debian12_64Guest"
  firmware         = "efi"

  efi_secure_boot_enabled = true
  tags                    = [for tag in vsphere_tag.agora : tag.id]

  network_interface {
    network_id = data.vsphere_network.par_b.id
  }

  disk {
    label = "systeme"
    size  = 60
  }

  disk {
    label       = "donnees"
    size        = 100
    unit_number = 1
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.debian12.id

    customize {
      linux_options {
        host_name = "prd-agora-app02"
        domain    = "example.internal"
      }

      network_interface {
        ipv4_address = "192.0.2.22"
        ipv4_netmask = 24
      }

      ipv4_gateway = "192.0.2.1"
    }
  }
}

resource "vsphere_virtual_machine" "prd_agora_bkp01" {
  name             = "prd-agora-bkp01"
  resource_pool_id = data.vsphere_resource_pool.par_b.id
  datastore_id     = data.vsphere_datastore.par_b.id
  num_cpus         = 4
  memory           = 16384
  guest_id         = "debian12_64Guest"
  firmware         = "efi"

  efi_secure_boot_enabled = true
  tags                    = [for tag in vsphere_tag.agora : tag.id]

  network_interface {
    network_id = data.vsphere_network.par_b.id
  }

  disk {
    label = "systeme"
    size  = 60
  }

  disk {
    label       = "donnees"
    size        = 4000
    unit_number = 1
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.debian12.id

    customize {
      linux_options {
        host_name = "prd-agora-bkp01"
        domain    = "example.internal"
      }

      network_interface {
        ipv4_address = "192.0.2.41"
        ipv4_netmask = 24
      }

      ipv4_gateway = "192.0.2.1"
    }
  }
}
